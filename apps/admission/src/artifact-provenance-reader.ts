import { Injectable } from '@nestjs/common';
import type { Provenance } from '@slipway/admission';
import { ArtifactStore } from '@slipway/artifact-store';
import { AdmissionConfig } from './admission.config.js';
import { ProvenanceReader } from './provenance-reader.js';

/** Reads it from the artifact store, which checks the bytes against the digest. */
@Injectable()
export class ArtifactProvenanceReader extends ProvenanceReader {
  constructor(private readonly config: AdmissionConfig) {
    super();
  }

  async read(digest: string): Promise<NonNullable<Provenance>> {
    const directory = this.config.SLIPWAY_ARTIFACTS;
    if (!directory) return { unreadable: 'the admission service has no SLIPWAY_ARTIFACTS' };
    try {
      const store = await ArtifactStore.open(directory);
      return { statement: JSON.parse(new TextDecoder().decode(await store.readBytes(digest))) };
    } catch (error) {
      return { unreadable: error instanceof Error ? error.message : String(error) };
    }
  }
}
