import { gitUri, publicRepository } from './git-uri.js';
import { BUILD_TYPE, PREDICATE_TYPE, type ProvenanceStatement, STATEMENT_TYPE, type Subject } from './statement.js';

export interface BuiltComponent {
  readonly name: string;
  /** As it was run; goes into the statement unchanged. */
  readonly recipe: object;
  /** `sha256:<hex>` of the component's manifest. */
  readonly digest: string;
}

export interface ProvenanceInput {
  /** `workspace/name`. */
  readonly application: string;
  readonly candidate: string;
  /** URL or absolute path. Credentials in a web address do not reach the statement. */
  readonly repository: string;
  /** Full commit id. */
  readonly commit: string;
  readonly components: readonly BuiltComponent[];
  /** `sha256:<hex>` of the snapshot's index. */
  readonly snapshot: string;
  /** URI of the build service that vouches for this. */
  readonly builderId: string;
  /** Names this one run of the builder. */
  readonly invocationId: string;
  /** ISO 8601. */
  readonly startedAt: string;
  /** ISO 8601. */
  readonly finishedAt: string;
}

/** Who built what from which source, how and when. Its subjects are the snapshot and the components, by digest. */
export function slsaProvenance(input: ProvenanceInput): ProvenanceStatement {
  const { application, candidate, repository, commit, components } = input;
  return {
    _type: STATEMENT_TYPE,
    subject: subjectsOf(input),
    predicateType: PREDICATE_TYPE,
    predicate: {
      buildDefinition: {
        buildType: BUILD_TYPE,
        externalParameters: {
          application,
          candidate,
          repository: publicRepository(repository),
          commit,
          components: components.map(({ name, recipe }) => ({ name, recipe })),
        },
        resolvedDependencies: [{ uri: gitUri(repository), digest: { gitCommit: commit } }],
      },
      runDetails: {
        builder: { id: input.builderId },
        metadata: { invocationId: input.invocationId, startedOn: input.startedAt, finishedOn: input.finishedAt },
      },
    },
  };
}

/** `shop/checkout@1.8.0-rc1` for the snapshot, `shop/checkout@1.8.0-rc1/web` for a component. */
function subjectsOf({ application, candidate, snapshot, components }: ProvenanceInput): Subject[] {
  const name = `${application}@${candidate}`;
  return [
    { name, digest: { sha256: hexOf(snapshot) } },
    ...components.map((component) => ({ name: `${name}/${component.name}`, digest: { sha256: hexOf(component.digest) } })),
  ];
}

const hexOf = (digest: string): string => digest.replace(/^sha256:/, '');
