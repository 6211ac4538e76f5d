import type { Provenance, ProvenanceFinding, ProvenanceTrust } from '@slipway/admission';
import type { Snapshot } from '@slipway/build/contract';

/**
 * Where reviews get the provenance of a snapshot from. Neither ever throws: what can't be read now is a reason to wait, and
 * people see it.
 */
export abstract class ProvenanceReader {
  /** The SLSA statement for policies to ask, signed or not. @param digest of what is stored: an envelope, or a bare statement */
  abstract read(digest: string): Promise<NonNullable<Provenance>>;

  /** Holds it against what an admission trusts, as of now. */
  abstract verify(snapshot: Snapshot, trust: ProvenanceTrust): Promise<NonNullable<ProvenanceFinding>>;
}
