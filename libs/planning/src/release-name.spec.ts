import fc from 'fast-check';
import { NAME_FORM, QUALIFIED_NAME_FORM, WORKSPACE_FORM } from '@slipway/kernel';
import { releaseName } from './release-name.js';

describe('the name of a release', () => {
  it('says application, candidate and token', () => {
    expect(releaseName('shop/web', '1.8.0-rc1', 'k3x9a')).toBe('shop/web-1.8.0-rc1-k3x9a');
  });

  it('is a name, however long its parts are', () => {
    const [workspaces, names] = [fc.stringMatching(WORKSPACE_FORM), fc.stringMatching(NAME_FORM)];
    const part = fc.integer({ min: 0 }).map(String);
    const long = fc.bigInt({ min: 0n, max: 10n ** 60n }).map(String);
    fc.assert(
      fc.property(workspaces, names, fc.oneof(part, long), (workspace, application, major) => {
        expect(releaseName(`${workspace}/${application}`, `${major}.0.0-rc1`, 'k3x9a')).toMatch(QUALIFIED_NAME_FORM);
      }),
    );
  });
});
