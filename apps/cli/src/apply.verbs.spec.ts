import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SlipwayError } from '@slipway/kernel';
import { applyVerbs } from './apply.verbs.js';
import type { Io } from './io.js';
import { answered, type Answers, runIn, type World } from './world.fixtures.js';

const plan = (name: string): string => `{apiVersion: slipway/v1, kind: ReleasePlan, metadata: {workspace: acme, name: ${name}}, spec: {application: acme/shop, target: sre}}\n`;
const written = answered({ type: 'ReleasePlanWritten', data: {} });
const apply = (line: readonly string[], answers: Answers, more: Partial<Io>): Promise<World> => runIn([applyVerbs], ['apply', ...line], answers, more);

describe('slipway apply', () => {
  let directory: string;
  beforeEach(() => (directory = mkdtempSync(join(tmpdir(), 'slipway-apply-'))));
  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  it('sends every manifest of stdin and says what it did, under ids that repeat', async () => {
    const stdin = async (): Promise<string> => `${plan('a')}---\n${plan('b')}---\n${plan('c')}`;
    const line = ['-f', '-', '--command-id', '9d3b0a52-6c2f-4a3e-9a58-0a4d6f1f6f10'];
    const answers = { WriteReleasePlan: [written, { ...written, revision: 4 }, { ...answered(), revision: 2 }] };
    const first = await apply(line, answers, { stdin });
    expect(first.out.split('\n')).toEqual([
      'KIND         NAME    RESULT     FROM',
      'ReleasePlan  acme/a  created    stdin#1',
      'ReleasePlan  acme/b  changed    stdin#2',
      'ReleasePlan  acme/c  unchanged  stdin#3',
    ]);
    expect(first).toMatchObject({ exit: 0, err: '' });
    expect(first.asked[0]).toEqual({ type: 'WriteReleasePlan', fields: { plan: 'acme/a', application: 'acme/shop', target: 'sre' }, commandId: '9d3b0a52-6c2f-4a3e-9a58-0a4d6f1f6f10' });
    expect(new Set(first.asked.map(({ commandId }) => commandId)).size).toBe(3);
    expect((await apply(line, answers, { stdin })).asked).toEqual(first.asked);
  });

  it('reads folders, and files beside them', async () => {
    writeFileSync(join(directory, 'b.yml'), plan('b'));
    writeFileSync(join(directory, 'a.json'), plan('a'));
    writeFileSync(join(directory, 'README.md'), 'not a manifest');
    const { out } = await apply(['-f', '.', '-o', 'json'], { WriteReleasePlan: [written] }, { directory });
    expect((JSON.parse(out) as { from: string }[]).map(({ from }) => from)).toEqual(['a.json#1', 'b.yml#1']);
  });

  it('checks all before it sends the first', async () => {
    const world = await apply(['-f', '-'], {}, { stdin: async () => `${plan('a')}---\n${plan('B')}` });
    expect(world).toMatchObject({ exit: 2, asked: [], out: '' });
    expect(world.err.split('\n')).toEqual([
      'slipway: MALFORMED_MANIFEST: a fault in the manifests; nothing was sent',
      expect.stringMatching(/^ {2}- stdin#2: metadata\.name: manifest: name must be lower-case/),
    ]);
  });

  it('sends nothing in a dry run, and needs no platform for it', async () => {
    const world = await apply(['-f', '-', '--dry-run'], {}, { stdin: async () => plan('a'), environment: { SLIPWAY_URL: '' } });
    expect(world).toMatchObject({ exit: 0, out: expect.stringContaining('valid') as string });
  });

  it('shows what was applied before a refusal', async () => {
    const world = await apply(['-f', '-'], { WriteReleasePlan: [written, new SlipwayError('APPLICATION_NOT_FOUND', 'no shop')] }, { stdin: async () => `${plan('a')}---\n${plan('b')}` });
    expect(world.out).toContain('acme/a  created');
    expect(world).toMatchObject({ exit: 5, err: 'slipway: APPLICATION_NOT_FOUND: no shop' });
  });

  it('says which file it cannot read', async () => {
    expect(await apply(['-f', 'none.yaml'], {}, { directory })).toMatchObject({ exit: 2, err: expect.stringMatching(/^slipway: MALFORMED_MANIFEST: none\.yaml can't be read: .*ENOENT/) as string });
    expect(await apply(['-f', '.'], {}, { directory })).toMatchObject({ exit: 2, err: 'slipway: MALFORMED_MANIFEST: folder . has no .yaml, .yml or .json file' });
  });
});
