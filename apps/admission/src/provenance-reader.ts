import type { Provenance } from '@slipway/admission';

/** Where policies get the SLSA statement of a snapshot from. */
export abstract class ProvenanceReader {
  /** @param digest of the statement. Never throws: what can't be read now is a reason to wait, and people see it. */
  abstract read(digest: string): Promise<NonNullable<Provenance>>;
}
