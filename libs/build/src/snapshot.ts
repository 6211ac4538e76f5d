/** Bytes in the artifact store. `digest` is `sha256:<hex>`, `size` is in bytes. */
export interface ArtifactDescriptor {
  readonly digest: string;
  readonly size: number;
  readonly mediaType: string;
}

export interface Artifact extends ArtifactDescriptor {
  /** The recipe's output that this is, as declared. */
  readonly path: string;
}

export interface SnapshotComponent {
  readonly name: string;
  /** Digest of the component's OCI manifest, which lists the artifacts. */
  readonly digest: string;
  readonly artifacts: readonly Artifact[];
}

/** What a build made, once, for every environment. `digest` is that of the OCI index over the components. */
export interface Snapshot {
  readonly digest: string;
  readonly application: string;
  readonly candidate: string;
  readonly commit: string;
  readonly components: readonly SnapshotComponent[];
  /** Digest of the SLSA provenance statement in the artifact store. */
  readonly provenance: string;
}
