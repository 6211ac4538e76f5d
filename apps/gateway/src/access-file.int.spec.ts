import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Access, grantsOf, machineOf, personOf, readAccessFile } from './access-file.js';

const directory = mkdtempSync(join(tmpdir(), 'slipway-access-'));
const file = join(directory, 'access.yaml');
afterAll(() => rmSync(directory, { recursive: true }));

function read(content: unknown, mode = 0o600): Access {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  chmodSync(file, mode);
  return readAccessFile(file);
}

const ISSUER = 'https://id.example.org';
const ALICE = { issuer: ISSUER, subject: 'alice' };

describe('the access file', () => {
  it('says whose an account is, by issuer and subject', () => {
    const access = read({ people: [{ person: 'ann', subjects: [ALICE, { issuer: ISSUER, subject: 'ann' }] }] });
    expect(personOf(access, ALICE)?.person).toBe('ann');
    expect(personOf(access, { ...ALICE, issuer: 'https://evil.example.org' })).toBeUndefined();
    expect(personOf(access, { ...ALICE, subject: 'Alice' })).toBeUndefined();
  });

  it('knows a machine by all that its token must say', () => {
    const access = read({ machines: [{ machine: 'ci', ...ALICE, claims: { azp: 'ci', level: 2 } }] });
    expect(machineOf(access, ALICE, { azp: 'ci', level: 2 })?.machine).toBe('ci');
    expect(machineOf(access, ALICE, { azp: 'ci', level: '2' })).toBeUndefined();
    expect(machineOf(access, ALICE, {})).toBeUndefined();
  });

  it('adds up what groups give, and nothing for a group that it does not name', () => {
    const access = read({ groups: { a: { acme: ['developer'] }, b: { acme: ['developer', 'viewer'], '*': ['auditor'] } } });
    expect(grantsOf(access, { acme: ['releaser'] }, ['a', 'b', 'c', 'constructor', 7])).toEqual({ acme: ['releaser', 'developer', 'viewer'], '*': ['auditor'] });
    expect(grantsOf(access, undefined, 'a')).toEqual({});
  });

  it.each([
    ['', 'people must be there'],
    ['- a', 'people must be there'],
    ['people: { a: b', 'can\'t be read'],
    [{ people: {} }, 'people must be a list'],
    [{ peple: [] }, 'peple is not known'],
    [{ groups: [] }, 'groups must map'],
    [{ people: [null] }, 'people must be a list'],
    [{ people: [{ person: 'a b', subjects: [] }] }, 'people.0.person is not a name'],
    [{ people: [{ person: 'ann' }] }, 'people.0.subjects must be'],
    [{ people: [{ person: 'ann', subjects: [null] }] }, 'people.0.subjects must be'],
    [{ people: [{ person: 'ann', subjects: [], emails: 'x' }] }, 'people.0.emails must be'],
    [{ people: [{ person: 'ann', subjects: [], grants: { acme: ['king'] } }] }, 'people.0.grants.acme: "king" is not one of the roles'],
    [{ groups: { a: { acme: 'developer' } } }, 'groups.a.acme: must be a list of roles'],
    [{ machines: [{ machine: 'ci', issuer: ISSUER }] }, 'machines.0 must have an issuer and a subject'],
    [{ people: [{ person: 'ann', subjects: [ALICE] }, { person: 'bob', subjects: [ALICE] }] }, 'subjects name alice at https://id.example.org twice'],
    [{ people: [{ person: 'ann', subjects: [ALICE] }], machines: [{ machine: 'ci', ...ALICE }] }, 'twice'],
  ])('is refused as a whole for %j', (content, text) => {
    expect(() => read(content)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringContaining(text) as string }) as Error);
  });

  it('is refused when others may write it', () => expect(() => read({ people: [] }, 0o666)).toThrow('others may write'));
});
