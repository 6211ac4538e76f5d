import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { get } from 'node:https';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { findNatsServer, freePort, ROOT } from '@slipway/platform';
import { blocksIn, fencesIn, patternOf } from './document.js';
import { Shell } from './shell.js';

const MARKDOWN = readFileSync(join(ROOT, 'docs/how-to/secure-a-deployment.md'), 'utf8');
const BLOCKS = blocksIn(MARKDOWN);

describe('docs/how-to/secure-a-deployment.md, as it is written', () => {
  const directory = mkdtempSync(join(tmpdir(), 'slipway-secured-'));
  const home = join(directory, 'srv');
  const providerTls = join(directory, 'provider');
  let provider: ChildProcess;
  let shell: Shell;
  let ran = 0;

  beforeAll(async () => {
    const issuer = await startProvider();
    mkdirSync(join(directory, 'home'));
    const own = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^(SLIPWAY_|XDG_CONFIG_HOME$|NODE_)/.test(name)));
    const ports = [await freePort(), await freePort(), await freePort()].map(String);
    const settings = { SOURCE: ROOT, SLIPWAY_HOME: home, NATS_PORT: ports[0], EVENTSTORE_PORT: ports[1], GATEWAY_PORT: ports[2], ISSUER: issuer, ISSUER_CA: join(providerTls, 'ca.crt'), ANN_SUBJECT: 'alice', CI_SECRET: 'secret-of-ci' };
    const path = `${process.env['PATH']}:${dirname(findNatsServer())}`;
    shell = new Shell(directory, { ...own, PATH: path, HOME: join(directory, 'home'), ...settings }, browserFor(issuer));
  }, 30_000);

  afterAll(async () => {
    await shell?.close();
    // Nothing is left where all went well.
    for (const pid of leftovers()) process.kill(pid, 'SIGKILL');
    const gone = once(provider, 'exit');
    provider.stdin!.end();
    await gone;
    rmSync(directory, { recursive: true, force: true });
  }, 30_000);

  it.each(BLOCKS)('$title', async ({ script, output }) => {
    const { stdout, stderr } = await shell.run(script);
    ran += 1;
    if (output !== undefined && !patternOf(output).test(stdout.trim())) throw new Error(`it printed\n${stdout}\n${stderr}`);
    expect(stdout).not.toContain('NOT REFUSED');
  }, 120_000);

  it('would not pass with another output', () => {
    expect(patternOf('4: REFUSED: …\n200').test('4: REFUSED: why\n200')).toBe(true);
    for (const other of ['4: DONE: why\n200', '4: REFUSED: why\n2000', '4: REFUSED: why', '']) expect(patternOf('4: REFUSED: …\n200').test(other)).toBe(false);
  });

  it('has no step that was not run, and leaves nothing running', () => {
    expect(MARKDOWN.match(/^```sh$/gm)).toHaveLength(ran);
    expect(new Set(fencesIn(MARKDOWN).map(({ language }) => language))).toEqual(new Set(['sh', 'text', 'ini']));
    expect(leftovers()).toEqual([]);
    process.stdout.write(`secure a deployment: ${ran} of ${BLOCKS.length} blocks ran, ${BLOCKS.filter(({ output }) => output !== undefined).length} with the output that is shown\n`);
  });

  /** With TLS, and an authority of its own. */
  async function startProvider(): Promise<string> {
    await promisify(execFile)(process.execPath, [join(ROOT, 'deploy/tls/generate.mjs'), '--out', providerTls, '--host', 'localhost']);
    const key = { ...generateKeyPairSync('rsa', { modulusLength: 2_048 }).privateKey.export({ format: 'jwk' }), kid: 'k', use: 'sig', alg: 'RS256' };
    const environment = { ...process.env, NODE_OPTIONS: '', NODE_EXTRA_CA_CERTS: join(providerTls, 'ca.crt'), OIDC_TLS: providerTls, OIDC_KEYS: JSON.stringify({ keys: [key] }) };
    provider = spawn(process.execPath, [join(ROOT, 'test/oidc/provider.mjs')], { env: environment, stdio: ['pipe', 'pipe', 'ignore'] });
    const [line] = (await once(provider.stdout!, 'data')) as [Buffer];
    return line.toString().trim();
  }

  /** Does what a person does who is shown the page where to sign in. */
  function browserFor(issuer: string): (said: string) => void {
    const visited = new Set<string>();
    return (said) => {
      const page = /sign in with a browser: (\S+)\n/.exec(said)?.[1];
      if (page === undefined || visited.has(page)) return;
      visited.add(page);
      get(`${issuer}/test/browse?${new URLSearchParams({ to: page }).toString()}`, { ca: readFileSync(join(providerTls, 'ca.crt')) }, (answer) => void text(answer).then(fetch));
    };
  }

  /** Of the processes that the document started. */
  function leftovers(): number[] {
    const folder = join(home, 'run');
    if (!existsSync(folder)) return [];
    const pids = readdirSync(folder).map((name) => Number(readFileSync(join(folder, name), 'utf8')));
    return pids.filter((pid) => existsSync(`/proc/${pid}`));
  }
});
