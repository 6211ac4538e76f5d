import { input, utf8 } from './attestation.fixtures.js';
import { parseProvenance } from './parse-provenance.js';
import { slsaProvenance } from './slsa-provenance.js';

describe('slsaProvenance', () => {
  it('says who built what from which source, how and when', () => {
    expect(slsaProvenance(input)).toEqual({
      _type: 'https://in-toto.io/Statement/v1',
      subject: [
        { name: 'shop/checkout@1.8.0-rc2', digest: { sha256: 'b'.repeat(64) } },
        { name: 'shop/checkout@1.8.0-rc2/web', digest: { sha256: 'a'.repeat(64) } },
      ],
      predicateType: 'https://slsa.dev/provenance/v1',
      predicate: {
        buildDefinition: {
          buildType: 'https://slipway.dev/build-types/recipe/v1',
          externalParameters: {
            application: 'shop/checkout',
            candidate: '1.8.0-rc2',
            repository: 'https://example.com/shop/checkout.git',
            commit: 'c'.repeat(40),
            components: [{ name: 'web', recipe: { command: ['make'], outputs: ['dist'] } }],
          },
          resolvedDependencies: [{ uri: 'git+https://example.com/shop/checkout.git', digest: { gitCommit: 'c'.repeat(40) } }],
        },
        runDetails: {
          builder: { id: 'https://slipway.dev/builders/build-1' },
          metadata: { invocationId: 'shop/checkout/1.8.0-rc2/1', startedOn: '2025-01-01T10:00:00.000Z', finishedOn: '2025-01-01T10:01:00.000Z' },
        },
      },
    });
  });

  it.each([
    ['/srv/git/my shop', 'git+file:///srv/git/my%20shop'],
    ['git@example.com:shop/checkout.git', 'git+ssh://git@example.com/shop/checkout.git'],
    ['ssh://git:s3cret@example.com/a.git', 'git+ssh://git@example.com/a.git'],
    ['https://t0ken@example.com/a.git', 'git+https://example.com/a.git'],
  ])('names %s as %s', (repository, uri) => {
    expect(slsaProvenance({ ...input, repository }).predicate.buildDefinition.resolvedDependencies[0]?.uri).toBe(uri);
  });
});

describe('parseProvenance', () => {
  it('gives a statement back', () => {
    const statement = slsaProvenance(input);
    expect(parseProvenance(utf8(JSON.stringify(statement)))).toEqual(statement);
  });

  it('names every member that is wrong', () => {
    const statement = slsaProvenance({ ...input, snapshot: 'sha256:short', startedAt: 'today', components: [{ name: '', recipe: {}, digest: 'a'.repeat(64) }] });
    const altered = JSON.stringify({ ...statement, predicateType: 'https://slsa.dev/provenance/v0.2' });
    expect(() => parseProvenance(utf8(altered))).toThrow(
      expect.objectContaining({
        code: 'MALFORMED_MESSAGE',
        reasons: [
          'predicateType',
          'subject.0.digest.sha256',
          'predicate.buildDefinition.externalParameters.components.0.name',
          'predicate.runDetails.metadata.startedOn',
        ].map((at) => ({ code: 'MALFORMED_MESSAGE', message: `${at} is missing or wrong`, at })),
      }) as Error,
    );
  });

  it.each(['', '{', 'null', '[]', '{}', '{"subject":{}}', '{"predicate":7}'])('refuses %j', (json) => {
    expect(() => parseProvenance(utf8(json))).toThrow(expect.objectContaining({ code: 'MALFORMED_MESSAGE' }) as Error);
  });
});
