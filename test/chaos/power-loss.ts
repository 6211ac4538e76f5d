import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

// Also when this runs compiled, from test/dist/chaos.
const SOURCE = [join(__dirname, 'power-loss.c'), join(__dirname, '../../chaos/power-loss.c')].find(existsSync);

/** The preloaded library that drops what was not synced, compiled for this machine. */
export class PowerLoss {
  private readonly folder = mkdtempSync(join(tmpdir(), 'power-loss-'));
  private readonly library = join(this.folder, 'power-loss.so');

  constructor() {
    if (process.platform !== 'linux') throw new Error('the power-loss test needs Linux: it preloads a library into the server');
    if (SOURCE === undefined) throw new Error('power-loss.c is missing');
    try {
      execFileSync('cc', ['-shared', '-fPIC', '-O1', '-o', this.library, SOURCE, '-ldl', '-lpthread'], { stdio: 'pipe' });
    } catch (error) {
      throw new Error(`the power-loss test needs a C compiler as \`cc\`: ${(error as Error).message}`, { cause: error });
    }
  }

  /** A file to make when the countdown is to begin. */
  trigger(round: number): string {
    return join(this.folder, `trigger-${round}`);
  }

  /** What a server's environment needs. The power goes at the `after`-th write or sync behind the trigger. */
  environment(directory: string, round: number, after: number, control: boolean): Record<string, string> {
    return {
      LD_PRELOAD: this.library,
      POWER_LOSS_DIR: directory,
      POWER_LOSS_TRIGGER: this.trigger(round),
      POWER_LOSS_AFTER: String(after),
      ...(control && { POWER_LOSS_LIE: '1', POWER_LOSS_KEEP: '0' }),
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
