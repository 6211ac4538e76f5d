// What `npm run demo`, `npm start` and `npm test` begin with: plain Node, so that it works before anything is installed.
// It installs what is missing, builds, and hands over to the program itself. All talk goes to stderr.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '../..');
const CACHE = join(ROOT, 'node_modules/.cache/slipway');
const [task, ...rest] = process.argv.slice(2);

const say = (text) => process.stderr.write(`${text}\n`);

/** Runs a command; its output goes to stderr, or nowhere unless it fails. */
function run(command, args, { cwd = ROOT, env = {}, quiet = false, mayFail = false } = {}) {
  const done = spawnSync(command, args, { cwd, env: { ...process.env, ...env }, stdio: ['ignore', quiet ? 'pipe' : 2, quiet ? 'pipe' : 2], encoding: 'utf8' });
  if (done.status === 0) return true;
  if (mayFail) return false;
  if (quiet) say(`${done.stdout ?? ''}${done.stderr ?? ''}`);
  say(`slipway: ${command} ${args.join(' ')} ended with ${done.status ?? done.signal ?? done.error?.message}`);
  process.exit(1);
}

function step(name, work) {
  const started = Date.now();
  work();
  say(`${name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
}

const newest = (file) => (existsSync(file) ? statSync(file).mtimeMs : 0);

function checkMachine() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    say(`slipway: Node ${process.versions.node} is too old; it takes 20.19 or newer`);
    process.exit(1);
  }
  if (!run('git', ['--version'], { quiet: true, mayFail: true })) {
    say('slipway: git is not installed. On Debian or Ubuntu: sudo apt-get install git');
    process.exit(1);
  }
}

function packagesAreThere() {
  const marker = join(ROOT, 'node_modules/.package-lock.json');
  const compiled = join(ROOT, 'node_modules/better-sqlite3/build/Release/better_sqlite3.node');
  return existsSync(compiled) && existsSync(marker) && newest(marker) >= newest(join(ROOT, 'package-lock.json'));
}

/** The packages whose install scripts may run. An npm that does not know `allowScripts` would run all of them. */
function allowedScripts() {
  const { allowScripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return Object.keys(allowScripts).filter((name) => allowScripts[name]);
}

function installPackages() {
  if (packagesAreThere()) return;
  step('installed the npm packages', () => {
    // better-sqlite3 brings a prebuilt binary; where it can't be fetched it is compiled, in half the time with these.
    const env = { CFLAGS: '-O1', CXXFLAGS: '-O1', JOBS: 'max', ...process.env };
    if (!run('npm', ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], { mayFail: true })) {
      say('slipway: npm ci failed');
      process.exit(1);
    }
    if (run('npm', ['rebuild', ...allowedScripts(), '--loglevel=error'], { env, mayFail: true })) return;
    say('slipway: npm rebuild failed. If better-sqlite3 had to be compiled, it needs: sudo apt-get install build-essential python3');
    process.exit(1);
  });
}

const isThere = (program, ...more) => [...(process.env.PATH ?? '').split(':'), ...more].some((place) => existsSync(join(place, program)));

/** Takes the system's package apart into node_modules/.cache: no root needed, no system service started. Gives whether it could. */
function fetchPackage(name) {
  const download = join(CACHE, 'download');
  mkdirSync(download, { recursive: true });
  const get = () => run('apt-get', ['download', '-q', name], { cwd: download, quiet: true, mayFail: true });
  const got = get() || (process.getuid?.() === 0 && run('apt-get', ['update', '-q'], { quiet: true, mayFail: true }) && get());
  const file = got && readdirSync(download).find((each) => each.endsWith('.deb'));
  const fetched = Boolean(file) && run('dpkg-deb', ['-x', join(download, file), join(CACHE, name)], { quiet: true, mayFail: true });
  rmSync(download, { recursive: true });
  return fetched;
}

function fetchNatsServer() {
  if (task === 'start' && process.env.SLIPWAY_NATS) return;
  if (isThere('nats-server', '/usr/sbin', '/usr/local/bin', join(CACHE, 'nats-server/usr/sbin'))) return;
  step('fetched nats-server from the system\'s packages', () => {
    if (fetchPackage('nats-server')) return;
    say('slipway: nats-server is missing, and could not be fetched from the system\'s packages.');
    say('  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install nats-server');
    say('  macOS:           brew install nats-server');
    say('  or set SLIPWAY_NATS=nats://host:4222 to a server that runs already (docs/reference/bus.md)');
    process.exit(1);
  });
}

/** The sandbox for recipes and steps. Slipway works without it, with a warning; the tests of the sandbox do not. */
function fetchBubblewrap() {
  const place = join(CACHE, 'bubblewrap/usr/bin');
  if (isThere('bwrap', '/usr/bin', '/usr/local/bin')) return;
  if (!existsSync(join(place, 'bwrap'))) {
    step('looked for bubblewrap in the system\'s packages', () => {
      if (fetchPackage('bubblewrap')) return;
      say('slipway: bubblewrap is missing, and could not be fetched: recipes and steps will run without a sandbox.');
      say('  Debian, Ubuntu:  sudo apt-get update && sudo apt-get install bubblewrap');
    });
  }
  process.env.PATH = `${process.env.PATH}:${place}`;
}

function build() {
  step('built', () => run('npm', ['run', '--silent', 'build']));
}

/** The program runs in this very process, so that Ctrl-C reaches it and nothing in between. */
async function handOver(program, args) {
  process.argv = [process.argv[0], join(ROOT, program), ...args];
  await import(join(ROOT, program));
}

/** The parts of `npm test`, cheapest first. */
function test() {
  step('lint', () => run('npm', ['run', '--silent', 'lint']));
  step('unit and integration tests', () => run('npm', ['run', '--silent', 'unit']));
  step('conformance of the embedded event store', () => run('npm', ['run', '--silent', 'conformance']));
  step('end-to-end tests', () => run('npm', ['run', '--silent', 'e2e']));
}

checkMachine();
installPackages();
fetchNatsServer();
fetchBubblewrap();
build();
if (task === 'demo') await handOver('apps/demo/dist/main.js', rest);
else if (task === 'start') await handOver('apps/cli/dist/main.js', ['up', ...rest]);
else test();
