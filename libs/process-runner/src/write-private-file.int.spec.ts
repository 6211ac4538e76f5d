import { execFileSync } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writePrivateFile } from './write-private-file.js';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'private-'));
  file = join(folder, 'token');
});
afterEach(() => rmSync(folder, { recursive: true }));

const mode = (): number => statSync(file).mode & 0o777;

it('is for its owner alone, also where one that others may read was before', () => {
  writePrivateFile(file, 'first');
  expect(mode()).toBe(0o600);
  chmodSync(file, 0o644);
  writePrivateFile(file, 'second');
  expect([mode(), readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual([0o600, 'second', ['token']]);
});

it('takes the place of a link, and leaves what that leads to', () => {
  const elsewhere = join(folder, 'elsewhere');
  writeFileSync(elsewhere, 'another');
  symlinkSync(elsewhere, file);
  writePrivateFile(file, 'secret');
  expect([readFileSync(file, 'utf8'), readFileSync(elsewhere, 'utf8')]).toEqual(['secret', 'another']);
});

it('leaves no draft where it can not be put in place', () => {
  mkdirSync(file);
  expect(() => writePrivateFile(file, 'secret')).toThrow(/EISDIR|ENOTEMPTY/);
  expect(readdirSync(folder)).toEqual(['token']);
});

it('leaves the old file where only a part of the new one fits', () => {
  writePrivateFile(file, 'old');
  // A limit on a file's size, in KiB or half of that: the system then writes the part that fits, as it does on a full disk.
  const write = `process.on('SIGXFSZ', () => undefined); const { writePrivateFile } = require(${JSON.stringify(join(__dirname, '../dist/write-private-file.js'))});
    try { writePrivateFile(${JSON.stringify(file)}, 'x'.repeat(20_000)); console.log('written'); } catch (error) { console.log(error.code); }`;
  const said = execFileSync('sh', ['-c', 'ulimit -f 8; exec "$0" -e "$1"', process.execPath, write], { encoding: 'utf8' });
  expect([said.trim(), readFileSync(file, 'utf8'), readdirSync(folder)]).toEqual(['EFBIG', 'old', ['token']]);
});
