import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const AUTHOR = { GIT_AUTHOR_NAME: 'Ada', GIT_AUTHOR_EMAIL: 'ada@example.test', GIT_COMMITTER_NAME: 'Ada', GIT_COMMITTER_EMAIL: 'ada@example.test' };

/** A git repository that somebody works in, for the integration specs. */
export class Upstream {
  readonly path = mkdtempSync(join(tmpdir(), 'slipway-upstream-'));

  constructor() {
    this.git('init', '--quiet', '--initial-branch=main');
  }

  git(...args: string[]): string {
    return this.run(args);
  }

  /** Writes one file and commits it. Gives the sha. */
  commit(file: string, content: string, subject: string): string {
    writeFileSync(join(this.path, file), content);
    this.git('add', '--all');
    this.git('commit', '--quiet', '--message', subject);
    return this.git('rev-parse', 'HEAD');
  }

  /** Commits without content, faster than one by one. */
  commitMany(count: number): void {
    const tip = this.git('rev-parse', 'HEAD');
    const commits = Array.from({ length: count }, (_, index) => {
      const subject = `change ${index + 1}`;
      const lines = ['commit refs/heads/main', `committer Ada <ada@example.test> ${1_700_000_000 + index} +0000`, `data ${subject.length}`, subject];
      return [...lines, ...(index === 0 ? [`from ${tip}`] : []), ''].join('\n');
    });
    this.run(['fast-import', '--quiet'], commits.join('\n'));
  }

  /** `refs/slipway/…` → sha. */
  published(): Record<string, string> {
    const lines = this.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/slipway').split('\n');
    return Object.fromEntries(lines.filter((line) => line !== '').map((line) => line.split(' ') as [string, string]));
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true });
  }

  private run(args: readonly string[], input = ''): string {
    const env = { PATH: process.env['PATH'], HOME: this.path, GIT_CONFIG_NOSYSTEM: '1', ...AUTHOR };
    return execFileSync('git', args, { cwd: this.path, env, input, encoding: 'utf8' }).trimEnd();
  }
}
