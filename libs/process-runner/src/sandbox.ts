import { dirname } from 'node:path';
import type { RunLimits } from './run-limits.js';
import type { SystemPart } from './system-view.js';

/** Nobody: owner of nothing that matters, on every Linux. */
export const SANDBOX_USER = 65_534;

const MIB = 1024 * 1024;
const TMP_BYTES = 256 * MIB;
const SHARED_MEMORY_BYTES = 64 * MIB;

export interface SandboxPlan {
  /** Absolute path of bubblewrap. */
  readonly bwrap: string;
  readonly system: readonly SystemPart[];
  /** Read-write folders: where it is, and the path by which the command knows it. */
  readonly writable: readonly { readonly from: string; readonly at: string }[];
  readonly cwd: string;
  readonly network: boolean;
  readonly limits: RunLimits;
  /** Whether we are root: the sandbox is then begun as root and made as nobody. */
  readonly root: boolean;
  readonly command: readonly string[];
}

/**
 * argv that runs `sh -s <command>` in a sandbox; the script comes by stdin (`startScript`). The command's environment is
 * not in it: it would be readable by everybody on the machine, and LD_PRELOAD would work on bubblewrap itself.
 *
 * A user who is not root makes the sandbox alone. Root first builds the same view of the files with its own rights, since
 * nobody may not reach folders below a private one, then becomes nobody, and nobody makes the sandbox. So the limit of
 * processes holds, which does not for root, and what breaks out is nobody. Root's part is a process namespace too: it ends
 * with all that is in it, while root without its rights may not signal nobody.
 */
export function sandboxArgv(plan: SandboxPlan): string[] {
  const sandbox = [plan.bwrap, ...namespaces(plan), ...files(plan), '--chdir', plan.cwd, '--', ...limited(plan.limits), 'sh', '-s', '--', ...plan.command];
  return plan.root ? [plan.bwrap, ...skeleton(plan), '--', ...asNobody(), ...sandbox] : sandbox;
}

function namespaces({ network }: SandboxPlan): string[] {
  const user = ['--unshare-user', '--uid', String(SANDBOX_USER), '--gid', String(SANDBOX_USER), '--disable-userns', '--cap-drop', 'ALL'];
  const others = ['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup', ...(network ? [] : ['--unshare-net'])];
  return [...user, ...others, '--hostname', 'sandbox', '--die-with-parent', '--new-session'];
}

function files({ system, writable }: SandboxPlan): string[] {
  return [
    ...folders(['/etc', '/tmp']),
    ...parts(system),
    ...['--proc', '/proc', '--dev', '/dev', '--size', String(SHARED_MEMORY_BYTES), '--tmpfs', '/dev/shm', '--remount-ro', '/dev'],
    ...['--size', String(TMP_BYTES), '--perms', '1777', '--tmpfs', '/tmp'],
    ...binds(writable),
    ...['--remount-ro', '/'],
  ];
}

/** The files as root sees them, for a user who could not reach them: private folders on the way to them are left out. */
function skeleton({ bwrap, system, writable }: SandboxPlan): string[] {
  const bubblewrap: SystemPart[] = bwrap.startsWith('/usr/') ? [] : [['--ro-bind', bwrap, bwrap]];
  const rights = ['--cap-drop', 'ALL', '--cap-add', 'CAP_SETUID', '--cap-add', 'CAP_SETGID', '--unshare-pid', '--die-with-parent'];
  return [...rights, ...folders(['/etc', '/tmp']), ...parts([...system, ...bubblewrap]), '--dev-bind', '/proc', '/proc', '--dev-bind', '/dev', '/dev', ...binds(writable)];
}

const asNobody = (): string[] => ['setpriv', `--reuid=${SANDBOX_USER}`, `--regid=${SANDBOX_USER}`, '--clear-groups', '--inh-caps=-all', '--'];

/** RLIMIT_DATA, not RLIMIT_AS: node reserves far more addresses than it uses. */
function limited({ memoryBytes, diskBytes, processes, openFiles }: RunLimits): string[] {
  return ['prlimit', `--data=${memoryBytes}`, `--fsize=${diskBytes}`, `--nproc=${processes}`, `--nofile=${openFiles}`, '--core=0', '--'];
}

const parts = (system: readonly SystemPart[]): string[] => system.flatMap((part) => [...(part[0] === '--ro-bind' ? folders(ancestors(part[2])) : []), ...part]);

const binds = (writable: SandboxPlan['writable']): string[] => writable.flatMap(({ from, at }) => [...folders(ancestors(at)), '--bind', from, at]);

/** Bubblewrap makes missing folders readable for root only. */
const folders = (paths: readonly string[]): string[] => paths.flatMap((path) => ['--perms', '0755', '--dir', path]);

/** The folders that lead to a path, without `/`; the outermost first. */
function ancestors(path: string): string[] {
  const parent = dirname(path);
  return parent === '/' ? [] : [...ancestors(parent), parent];
}
