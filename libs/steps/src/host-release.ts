import { randomUUID } from 'node:crypto';
import { mkdir, readdir, readlink, rename, rm, stat, symlink, utimes } from 'node:fs/promises';
import { basename, join } from 'node:path';

/** Marks what is being made; a crash leaves it behind. */
const UNFINISHED = '.new-';

/** The releases of one component on this machine: `<directory>/releases/<digest>`, and the link `<directory>/current`. */
export class HostReleases {
  private readonly releases: string;
  readonly current: string;

  constructor(private readonly directory: string) {
    this.releases = join(directory, 'releases');
    this.current = join(directory, 'current');
  }

  /** Makes a release, unless it is there. `fill` gets an empty folder; what becomes visible is complete. */
  async add(name: string, fill: (folder: string) => Promise<void>): Promise<void> {
    const release = join(this.releases, name);
    await mkdir(this.releases, { recursive: true });
    await this.removeUnfinished();
    if (!(await exists(release))) {
      const unfinished = join(this.releases, UNFINISHED + randomUUID());
      await mkdir(unfinished);
      await fill(unfinished);
      await rename(unfinished, release);
    }
    // Its age is that of its last deployment: what was rolled back to just now must not be removed first.
    const now = new Date();
    await utimes(release, now, now);
  }

  /** Points `current` at a release. There is no moment without a `current`. */
  async flip(name: string): Promise<void> {
    if ((await this.currentName()) === name) return;
    const link = join(this.directory, `${UNFINISHED}current`);
    await rm(link, { force: true });
    await symlink(join('releases', name), link);
    await rename(link, this.current);
  }

  /** Keeps so many releases, the newest and always the current one. Gives the names of those removed. */
  async prune(keep: number): Promise<string[]> {
    const current = await this.currentName();
    const others = (await readdir(this.releases)).filter((name) => name !== current && !name.startsWith(UNFINISHED));
    const aged = await Promise.all(others.map(async (name) => ({ name, used: (await stat(join(this.releases, name))).mtimeMs })));
    const old = aged.sort((a, b) => b.used - a.used).slice(keep - 1).map(({ name }) => name);
    for (const name of old) await rm(join(this.releases, name), { recursive: true, force: true });
    return old;
  }

  private async currentName(): Promise<string | undefined> {
    try {
      return basename(await readlink(this.current));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw error;
    }
  }

  /** One target deploys at a time, so that what is unfinished is nobody's any more. */
  private async removeUnfinished(): Promise<void> {
    for (const name of await readdir(this.releases)) {
      if (name.startsWith(UNFINISHED)) await rm(join(this.releases, name), { recursive: true, force: true });
    }
  }
}

async function exists(path: string): Promise<boolean> {
  try {
    await stat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
