import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeParts, systemParts } from './system-view.js';

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'slipway-home-'));
});
afterEach(() => rmSync(home, { recursive: true }));

it('holds no secret of the machine, and resolvers only with the network', () => {
  const shown = systemParts(true).map((part) => part[2]);
  for (const secret of ['/etc', '/etc/shadow', '/etc/ssl', '/etc/ssl/private', '/etc/ssh', '/etc/sudoers', '/root', '/home', '/var', '/run', '/opt', '/srv']) expect(shown).not.toContain(secret);
  expect(shown).toContain('/usr');
  expect(systemParts(false).map((part) => part[2])).not.toContain('/etc/resolv.conf');
});

describe('node', () => {
  it('of the system is there already', () => {
    expect(nodeParts('/usr/local/bin/node', home)).toEqual([]);
  });

  it('of a version manager is shown with its npm', () => {
    const folder = join(home, '.nvm/versions/node/v22');
    mkdirSync(join(folder, 'lib/node_modules/npm'), { recursive: true });
    expect(nodeParts(join(folder, 'bin/node'), home)).toEqual([['--ro-bind', folder, folder]]);
  });

  it('in a home is shown without the home', () => {
    mkdirSync(join(home, 'lib/node_modules/npm'), { recursive: true });
    expect(nodeParts(join(home, 'bin/node'), home)).toEqual([['--ro-bind', join(home, 'bin/node'), join(home, 'bin/node')]]);
    expect(nodeParts('/home/bin/node', '/home/ann')).toEqual([['--ro-bind', '/home/bin/node', '/home/bin/node']]);
  });
});
