import type { SlipwayError } from '@slipway/kernel';
import { newClient } from './client.js';
import { checkSettings, hasCredentials, hostOf, userIn, withCredentials } from './connection-string.js';

const SECRET = 'p@ss:w/o?rd&=%';
const user = { user: 'slipway-build', password: SECRET };

const failureOf = (work: () => unknown): SlipwayError => {
  try {
    work();
  } catch (error) {
    return error as SlipwayError;
  }
  throw new Error('it did not throw');
};

it('puts credentials in so that the client reads the same ones', () => {
  const text = withCredentials('esdb+discover://a:1,b:2?tlsCAFile=%2Fca.crt', user);
  expect(text).toBe('esdb+discover://slipway-build:p%40ss%3Aw%2Fo%3Frd%26%3D%25@a:1,b:2?tlsCAFile=%2Fca.crt');
  expect(hostOf(text)).toBe('a:1,b:2');
  expect(hasCredentials(text)).toBe(true);
});

it.each([
  ['esdb://localhost:2113?tls=false', 'without TLS no credentials are sent'],
  ['esdb://somebody:else@localhost:2113', 'no user and no password'],
])('refuses %s for a user', (text, why) => {
  expect(failureOf(() => withCredentials(text, user))).toMatchObject({ code: 'CONFIG_INVALID', message: expect.stringContaining(why) as string });
});

// The client would print the whole string on the console.
it('knows the user of a string', () => {
  expect(userIn(withCredentials('esdb://localhost:2113?tls=true', user))).toBe('slipway-build');
  expect(userIn('esdb+discover://slipway%2Dbuild:a/b:c@localhost')).toBe('slipway-build');
  expect(userIn('esdb://localhost:2113?tls=true')).toBeUndefined();
});

it.each(['esdb://localhost?tlsVerifyCert=false', `esdb://u:${SECRET}@localhost?tls=true&unknown=${SECRET}`])('refuses a setting that the client warns of: %s', (text) => {
  expect(failureOf(() => checkSettings(text)).message).toContain('the settings are connectionName, ');
});

it.each(['esdb://localhost?tls=true&tlsCAFile=/ca.crt&connectionName=a', 'esdb://localhost?TLS_CA-file=/ca.crt', 'esdb://localhost', `esdb://u:${SECRET}@localhost?keepAliveInterval=10000`])('takes the settings of %s', (text) => {
  expect(() => checkSettings(text)).not.toThrow();
});

it.each([
  'esdb://build:hunter22',
  'esdb://build:hunter22:2113',
  'esdb://build:hunter22@localhost?tls=hunter22x',
  'esdb://build:hunter22@localhost?tlsCAFile=/does/not/exist',
  'esdb://build:hunter22@localhost?unknown=1',
  'esdb://build:hunter22@',
  'build:hunter22@localhost',
])('an error about a bad connection string shows no password: %s', (text) => {
  const warned = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
  const error = failureOf(() => newClient(text));
  expect(error).toMatchObject({ code: 'CONFIG_INVALID' });
  expect(error.cause).toBeUndefined();
  expect(error.message).not.toContain('hunter22');
  expect(warned).not.toHaveBeenCalled();
  warned.mockRestore();
});

it.each([
  ['esdb://u:p@localhost:2113?tls=true', 'localhost:2113'],
  ['esdb://u:p@ss@localhost:2113/?tls=true', 'localhost:2113'],
  ['esdb://u:p/w?d@localhost', 'localhost'],
  ['esdb+discover://a:1,b:2', 'a:1,b:2'],
])('%s is at %s', (text, host) => expect(hostOf(text)).toBe(host));
