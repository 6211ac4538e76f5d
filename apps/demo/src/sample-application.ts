import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

const AUTHOR = ['-c', 'user.name=Dana Dev', '-c', 'user.email=dana@example.org', '-c', 'commit.gpgsign=false'];

/**
 * A component's whole server. It answers with the version that was built into it and with the folder that it really
 * runs from, so that what is running can be asked from the process itself.
 */
const SERVER = `import { realpathSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = dirname(realpathSync(fileURLToPath(import.meta.url)));
const built = JSON.parse(readFileSync(join(folder, 'built.json'), 'utf8'));
const healthy = !built.failsIn.includes(process.env.ENVIRONMENT);

createServer((request, response) => {
  const ok = request.url === '/version' || healthy;
  response.writeHead(ok ? 200 : 500, { 'content-type': 'application/json' });
  response.end(JSON.stringify({ ...built, folder, healthy, environment: process.env.ENVIRONMENT }));
}).listen(Number(process.env.PORT), '127.0.0.1');
`;

/** The recipe of both components: takes the sources and the version of the checkout, and leaves a folder. */
const BUILD = `import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';

const component = process.argv[2];
const settings = JSON.parse(readFileSync('settings.json', 'utf8'));
mkdirSync('out/' + component, { recursive: true });
cpSync(component + '/server.mjs', 'out/' + component + '/server.mjs');
const failsIn = component === 'api' ? settings.apiFailsIn : [];
writeFileSync('out/' + component + '/built.json', JSON.stringify({ component, version: settings.version, failsIn }));
console.log('built', component, settings.version);
`;

export interface Settings {
  readonly version: string;
  /** Environments in which the api answers its health check with 500. */
  readonly apiFailsIn: readonly string[];
}

/** The development team's git repository, with two components that are real HTTP processes. */
export class SampleApplication {
  constructor(readonly repository: string) {}

  create(settings: Settings): string {
    mkdirSync(this.repository, { recursive: true });
    this.git('init', '-q', '-b', 'main');
    this.write('api/server.mjs', SERVER);
    this.write('web/server.mjs', SERVER);
    this.write('build.mjs', BUILD);
    return this.change('Add the shop: an api and a web component', settings);
  }

  /** Commits new settings to the trunk, and returns the commit. */
  change(subject: string, settings: Settings): string {
    this.write('settings.json', `${JSON.stringify(settings, null, 2)}\n`);
    return this.commit(subject);
  }

  /** Commits one more file, which has nothing to do with the settings. */
  note(subject: string, file: string): string {
    this.write(file, `${subject}\n`);
    return this.commit(subject);
  }

  head(): string {
    return this.git('rev-parse', 'HEAD');
  }

  private commit(subject: string): string {
    this.git('add', '-A');
    this.git(...AUTHOR, 'commit', '-q', '-m', subject);
    return this.head();
  }

  private write(path: string, content: string): void {
    const file = join(this.repository, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, content);
  }

  private git(...args: string[]): string {
    return execFileSync('git', args, { cwd: this.repository, encoding: 'utf8' }).trim();
  }
}
