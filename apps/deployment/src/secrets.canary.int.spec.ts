import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { inspect } from 'node:util';
import type { RunStep } from '@slipway/deployment';
import type { Logger } from '@slipway/service-kit';
import { canaries, PRINTER, SHAPES, shapesIn, VaultDouble } from '@slipway/steps/testing';
import { World } from './service.fixtures.js';

jest.setTimeout(120_000);

const values = canaries();
const said: string[] = [];
const hear = (...words: unknown[]): void => void said.push(inspect(words, { depth: 10, maxStringLength: null }));
const logger = { info: hear, warn: hear, error: hear } as unknown as Logger;

let world: World;
let vault: VaultDouble;
let site: Server;

/** The first third of the values is in the environment, the second in files, the last in Vault. */
const referenceOf = (index: number): string => [`env:CANARY_${index}`, `file:canary-${index}`, `vault:kv/canaries/${index}#value`][Math.floor((index * 3) / values.length)]!;

beforeAll(async () => {
  world = new World();
  const secrets = join(world.root, 'secrets');
  mkdirSync(secrets);
  writeFileSync(join(secrets, 'vault-token'), 'hvs.first');
  vault = await VaultDouble.start();
  values.forEach((value, index) => {
    process.env[`CANARY_${index}`] = value;
    writeFileSync(join(secrets, `canary-${index}`), value);
    vault.secrets.set(`kv/canaries/${index}`, { data: { value } });
  });
  site = createServer((_request, response) => response.writeHead(500).end(`${values[0]} ${JSON.stringify(values.slice(1, 9))}`));
  await new Promise<void>((resolve) => site.listen(0, '127.0.0.1', resolve));
  const config = { SLIPWAY_SECRETS: secrets, SLIPWAY_VAULT_ADDR: vault.address, SLIPWAY_VAULT_TOKEN_FILE: join(secrets, 'vault-token') };
  await world.start({ config, logger });
});
afterAll(async () => {
  values.forEach((_, index) => delete process.env[`CANARY_${index}`]);
  await world.dispose();
  await vault.stop();
  site.closeAllConnections();
  await new Promise((resolve) => site.close(resolve));
});

/** Every second value is given as a file. The first in the list is the one of the last words. */
function print(name: string, first: number, more: Partial<RunStep> = {}): RunStep {
  const order = values.map((_, index) => (index + first) % values.length);
  const given = order.map((index) => [`${index % 2 ? 'FILE' : 'VALUE'}_${index}`, referenceOf(index)] as const);
  const [files, variables] = [given.filter(([variable]) => variable.startsWith('FILE')), given.filter(([variable]) => variable.startsWith('VALUE'))];
  const environment = { NAMES: given.map(([variable]) => variable).join(','), ...more.environment };
  // A template would take what is meant for JavaScript.
  const command = [process.execPath, '-e', PRINTER.replaceAll('${', '$${')];
  return { name, type: 'run', command, secrets: Object.fromEntries(variables), secretFiles: Object.fromEntries(files), ...more, environment };
}

/** Each file below a folder with its text. */
const filesIn = (folder: string): [string, string][] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => [join(entry.parentPath, entry.name), readFileSync(join(entry.parentPath, entry.name), 'utf8')]);

const found = (text: string): string[] => values.flatMap((value, index) => shapesIn(text, value).map((shape) => `value ${index}, ${shape}`));

it('finds none of the canaries that steps printed in every way', async () => {
  const snapshot = await world.build('1.0.0-rc1');
  const url = `http://127.0.0.1:${(site.address() as AddressInfo).port}/`;
  const verify = { name: 'verify', type: 'http.verify', url, tries: 1 } as const;
  await world.admit('acme/shop-a', snapshot, { steps: [print('print', 0), verify] });
  const failing = ['fail-0', 'fail-1'];
  for (const [index, environment] of failing.entries()) {
    const steps = [print('fail', index * 25, { attempts: index + 1, backoffSeconds: 0, environment: { FAIL: 'yes' } })];
    await world.admit(`acme/shop-${environment}`, snapshot, { steps, environment });
  }
  const ends = [await world.waitFor('DeploymentFailed', 'live-1', undefined, 60_000)];
  for (const environment of failing) ends.push(await world.waitFor('DeploymentFailed', `${environment}-1`, `prod/${environment}/acme/shop`, 60_000));

  const errors = ends.map(({ data }) => (data as { message: string }).message);
  expect(errors[0]).toMatch(/answered 500 instead of 200: "\[secret\]/);
  // Two pipes are read in any order: either may have the last word.
  for (const error of errors.slice(1)) expect(error).toMatch(/(login failed for|last words:) .*\[secret\]/);

  const events: unknown[] = [];
  for await (const event of world.store.readAll()) events.push({ type: event.type, data: event.data, metadata: event.metadata });
  const files = filesIn(world.dataOf());
  const logs = files.filter(([file]) => file.endsWith('.log'));
  const places: [string, string][] = [...files, ['events', events.map((event) => JSON.stringify(event)).join('\n')], ['errors', errors.join('\n')], ['service log', said.join('\n')]];
  const hits = places.flatMap(([place, text]) => found(text).map((hit) => `${place}: ${hit}`));
  const masked = logs.reduce((sum, [, text]) => sum + text.split('[secret]').length - 1, 0);
  const kilobytes = Math.round(places.reduce((sum, [, text]) => sum + text.length, 0) / 1_000);
  process.stdout.write(
    `canaries: ${values.length} values × ${Object.keys(SHAPES).length} shapes looked for in ${logs.length} step logs, ${events.length} events, ${errors.length} errors, ` +
      `${said.length} lines of the service's log (${kilobytes} kB); masked ${masked}, found ${hits.length}\n`,
  );
  expect(hits).toEqual([]);
  expect(masked).toBeGreaterThan(values.length * 20 * logs.length);
  expect(events.length).toBeGreaterThan(20);
  expect(files.filter(([file]) => file.includes('.secrets'))).toEqual([]);
  // Names are in the log of events.
  expect(places.find(([place]) => place === 'events')![1]).toContain('vault:kv/canaries/30#value');
});
