import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A real repository in a temporary folder, for the tests: commits at fixed times, so that ids are the same each time. */
export class Upstream {
  readonly root = mkdtempSync(join(tmpdir(), 'slipway-git-'));
  readonly url = join(this.root, 'upstream');
  private seconds = 1_700_000_000;

  constructor() {
    mkdirSync(this.url);
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'gc.auto', '0');
  }

  git(...args: string[]): string {
    return this.gitWith('', ...args);
  }

  gitWith(input: string, ...args: string[]): string {
    const date = `@${this.seconds} +0200`;
    const output = execFileSync('git', args, {
      cwd: this.url,
      input,
      encoding: 'utf8',
      stdio: 'pipe',
      env: {
        PATH: process.env.PATH,
        GIT_CONFIG_NOSYSTEM: '1',
        GIT_CONFIG_GLOBAL: '/dev/null',
        GIT_AUTHOR_NAME: 'Ada',
        GIT_AUTHOR_EMAIL: 'ada@example.com',
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: 'Ada',
        GIT_COMMITTER_EMAIL: 'ada@example.com',
        GIT_COMMITTER_DATE: date,
      },
    });
    return output.trim();
  }

  write(files: Record<string, string>): void {
    for (const [path, content] of Object.entries(files)) {
      mkdirSync(dirname(join(this.url, path)), { recursive: true });
      writeFileSync(join(this.url, path), content);
    }
  }

  /** Commits the files and gives the commit's id. */
  commit(subject: string, files: Record<string, string>): string {
    this.seconds += 60;
    this.write(files);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--allow-empty', '-m', subject);
    return this.git('rev-parse', 'HEAD');
  }

  /** A folder below the temporary root. */
  path(name: string): string {
    return join(this.root, name);
  }

  remove(): void {
    rmSync(this.root, { recursive: true });
  }
}
