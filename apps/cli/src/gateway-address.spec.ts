import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatewayOf } from './gateway-address.js';

describe('the gateway', () => {
  const HERE = 'http://127.0.0.1:7777';
  let directory: string;
  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), 'slipway-options-'));
    mkdirSync(join(directory, '.slipway/gateway'), { recursive: true });
    mkdirSync(join(directory, 'deep/down'), { recursive: true });
    writeFileSync(join(directory, '.slipway/platform.json'), JSON.stringify({ gateway: HERE }));
  });
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const found = (environment: NodeJS.ProcessEnv, from = directory) => gatewayOf({ environment: { HOME: directory, ...environment }, directory: from });
  const refused = (code: string, words: string): Error => expect.objectContaining({ code, message: expect.stringContaining(words) as string }) as Error;

  it('is told by the environment, else by the platform here or in a folder above', () => {
    expect(found({ SLIPWAY_URL: 'https://slipway.example.org/', SLIPWAY_TOKEN: 't' })).toEqual({ url: 'https://slipway.example.org', token: 't', tokenFrom: 'SLIPWAY_TOKEN' });
    expect(found({ SLIPWAY_URL: '', SLIPWAY_TOKEN: 't' }, join(directory, 'deep/down'))).toEqual({ url: HERE, token: 't', tokenFrom: 'SLIPWAY_TOKEN' });
    writeFileSync(join(directory, 'ann.token'), 'a\n');
    expect(found({ SLIPWAY_TOKEN_FILE: 'ann.token' })).toEqual({ url: HERE, token: 'a', tokenFrom: 'SLIPWAY_TOKEN_FILE, ann.token' });
  });

  it('is unknown where no platform runs and nothing names it', () => {
    rmSync(join(directory, '.slipway'), { recursive: true });
    expect(() => found({ SLIPWAY_TOKEN: 't' })).toThrow(refused('CONFIG_INVALID', 'npm start, or name the gateway of another one in SLIPWAY_URL'));
  });

  it('is asked with a token only: what to type is said', () => {
    expect(() => found({})).toThrow(refused('NOT_SIGNED_IN', `not signed in at ${HERE}: slipway login --token-stdin < your.token, or slipway login for a browser`));
    const first = join(directory, '.slipway/gateway/first-administrator.token');
    writeFileSync(first, 'f');
    expect(() => found({})).toThrow(refused('NOT_SIGNED_IN', `slipway login --token-stdin < ${first}; or set SLIPWAY_TOKEN_FILE`));
    expect(() => found({ SLIPWAY_URL: 'http://localhost:1' })).toThrow(refused('NOT_SIGNED_IN', 'slipway login --token-stdin < your.token'));
  });

  it('does not take a token that has expired', () => {
    mkdirSync(join(directory, '.config/slipway'), { recursive: true });
    writeFileSync(join(directory, '.config/slipway/credentials.json'), JSON.stringify({ [HERE]: { token: 't', expires: '2020-01-01T00:00:00Z' } }));
    expect(() => found({})).toThrow(refused('NOT_SIGNED_IN', `the token for ${HERE} has expired: slipway login`));
  });
});
