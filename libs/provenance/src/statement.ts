/** The types of in-toto Statement v1 with an SLSA Provenance v1 predicate, as Slipway fills them (https://slsa.dev/spec/v1.0/provenance). */
export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
export const PREDICATE_TYPE = 'https://slsa.dev/provenance/v1';
export const BUILD_TYPE = 'https://slipway.dev/build-types/recipe/v1';

/** Type of a statement in an envelope, and of what is attached to a snapshot. */
export const PAYLOAD_TYPE = 'application/vnd.in-toto+json';

export interface Subject {
  readonly name: string;
  /** Hexadecimal, without `sha256:`. */
  readonly digest: { readonly sha256: string };
}

/** What was asked for. With it and the source, the build can be done again. */
export interface ExternalParameters {
  readonly application: string;
  readonly candidate: string;
  readonly repository: string;
  readonly commit: string;
  readonly components: readonly { readonly name: string; readonly recipe: object }[];
}

export interface ResolvedDependency {
  /** `git+<url>`. */
  readonly uri: string;
  readonly digest: { readonly gitCommit: string };
}

export interface ProvenanceStatement {
  readonly _type: typeof STATEMENT_TYPE;
  readonly subject: readonly Subject[];
  readonly predicateType: typeof PREDICATE_TYPE;
  readonly predicate: {
    readonly buildDefinition: {
      readonly buildType: typeof BUILD_TYPE;
      readonly externalParameters: ExternalParameters;
      readonly resolvedDependencies: readonly ResolvedDependency[];
    };
    readonly runDetails: {
      readonly builder: { readonly id: string };
      /** Times are ISO 8601 in UTC. */
      readonly metadata: { readonly invocationId: string; readonly startedOn: string; readonly finishedOn: string };
    };
  };
}
