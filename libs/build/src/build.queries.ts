import { Query } from '@slipway/kernel';

/** Who builds here, in the form in which an admission lists whom it trusts. */
export interface BuilderAnswer {
  /** As the provenance names it. */
  readonly builders: readonly string[];
  readonly keys: readonly {
    /** `sha256:` of the key's SPKI. */
    readonly id: string;
    /** PEM. */
    readonly publicKey: string;
  }[];
}
/** The builder, and the public key that it signs provenance with. */
export class ShowBuilder extends Query<BuilderAnswer> {}
