import { RUN_LIMITS } from './run-limits.js';
import { sandboxArgv, type SandboxPlan } from './sandbox.js';

const plan: SandboxPlan = {
  bwrap: '/opt/bwrap',
  system: [['--ro-bind', '/usr', '/usr'], ['--symlink', 'usr/bin', '/bin']],
  writable: [{ from: '/data/work/1/checkout', at: '/data/work/1/checkout' }],
  cwd: '/data/work/1/checkout',
  network: false,
  limits: RUN_LIMITS,
  root: false,
  command: ['make', '--', 'all'],
};

const argv = (changes: Partial<SandboxPlan> = {}): string => sandboxArgv({ ...plan, ...changes }).join(' ');

it('separates all that can be separated, and ends with us', () => {
  for (const option of ['user', 'pid', 'ipc', 'uts', 'cgroup', 'net']) expect(argv()).toContain(`--unshare-${option}`);
  for (const option of ['--disable-userns', '--cap-drop ALL', '--die-with-parent', '--new-session']) expect(argv()).toContain(option);
});

it('leaves the network only where it is allowed', () => {
  expect(argv({ network: true })).not.toContain('--unshare-net');
});

it('shows the system and nothing else of the machine, and lets only the folders be changed', () => {
  const paths = sandboxArgv(plan).flatMap((word, index, all) => (/^--(ro-|dev-)?bind$/.test(word) ? [`${word} ${all[index + 1]}`] : []));
  expect(paths).toEqual(['--ro-bind /usr', '--bind /data/work/1/checkout']);
  expect(argv()).toMatch(/--bind \S+ \/data\/work\/1\/checkout --remount-ro \/ --chdir \/data\/work\/1\/checkout -- prlimit/);
});

it('makes the folders on the way passable for nobody', () => {
  expect(argv()).toContain('--perms 0755 --dir /data --perms 0755 --dir /data/work --perms 0755 --dir /data/work/1 --bind');
});

it('limits before the command, and hands that over word by word', () => {
  expect(sandboxArgv(plan).slice(-7)).toEqual(['--core=0', '--', 'sh', '-s', '--', ...plan.command].slice(-7));
  expect(argv()).toContain(`prlimit --data=${RUN_LIMITS.memoryBytes} --fsize=${RUN_LIMITS.diskBytes} --nproc=1024 --nofile=4096 --core=0`);
});

it('is begun by root with a view of the files, and made by nobody', () => {
  const asRoot = argv({ root: true });
  expect(asRoot.endsWith(argv())).toBe(true);
  const before = asRoot.slice(0, -argv().length);
  expect(before).toMatch(/^\/opt\/bwrap --cap-drop ALL --cap-add CAP_SETUID --cap-add CAP_SETGID --unshare-pid --die-with-parent /);
  expect(before).toContain('--ro-bind /opt/bwrap /opt/bwrap');
  expect(before).toMatch(/ -- setpriv --reuid=65534 --regid=65534 --clear-groups --inh-caps=-all -- $/);
});
