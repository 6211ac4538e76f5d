import { QUALIFIED_NAME_FORM, TARGET_FORM, WORKSPACE_FORM } from './names.js';

describe('a workspace', () => {
  it.each(['a', 'acme', 'sre-europe', '7', 'a'.repeat(63)])('may be called %p', (workspace) => {
    expect(workspace).toMatch(WORKSPACE_FORM);
    expect(`${workspace}/shop.web`).toMatch(QUALIFIED_NAME_FORM);
    expect(`${workspace}/prod.eu/${workspace}/shop.web`).toMatch(TARGET_FORM);
  });

  it.each(['', 'a.b', '*', 'a*', '>', 'a b', 'a\n', '\ta', 'a/b', 'A', '-a', 'a-', 'ä', 'a_b', 'a'.repeat(64)])('may not be called %p: it would be no one word of a subject, or no name', (workspace) => {
    expect(workspace).not.toMatch(WORKSPACE_FORM);
    expect(`${workspace}/shop`).not.toMatch(QUALIFIED_NAME_FORM);
    expect(`${workspace}/prod/acme/shop`).not.toMatch(TARGET_FORM);
    expect(`sre/prod/${workspace}/shop`).not.toMatch(TARGET_FORM);
  });
});
