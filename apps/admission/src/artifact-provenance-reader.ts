import { Injectable } from '@nestjs/common';
import type { Provenance, ProvenanceFinding, ProvenanceTrust } from '@slipway/admission';
import { ArtifactStore } from '@slipway/artifact-store';
import type { Snapshot } from '@slipway/build/contract';
import { SlipwayError } from '@slipway/kernel';
import { checkProvenance, parseEnvelope, parseStrictJson, provenanceTrustFrom } from '@slipway/provenance';
import { AdmissionConfig } from './admission.config.js';
import { ProvenanceReader } from './provenance-reader.js';

/** Reads it from the artifact store, which checks the bytes against the digest. */
@Injectable()
export class ArtifactProvenanceReader extends ProvenanceReader {
  constructor(private readonly config: AdmissionConfig) {
    super();
  }

  read(digest: string): Promise<NonNullable<Provenance>> {
    return orUnreadable(async () => {
      const bytes = await this.bytes(digest);
      return { statement: parseStrictJson(parseEnvelope(bytes)?.payload ?? bytes) };
    });
  }

  verify(snapshot: Snapshot, trust: ProvenanceTrust): Promise<NonNullable<ProvenanceFinding>> {
    return orUnreadable(async () => {
      const bytes = await this.bytes(snapshot.provenance);
      return { digest: snapshot.provenance, ...checkProvenance(bytes, provenanceTrustFrom(trust), snapshot, new Date().toISOString()) };
    });
  }

  private async bytes(digest: string): Promise<Uint8Array> {
    const directory = this.config.SLIPWAY_ARTIFACTS;
    if (!directory) throw new SlipwayError('ARTIFACT_NOT_FOUND', 'the admission service has no SLIPWAY_ARTIFACTS');
    return (await ArtifactStore.open(directory)).readBytes(digest);
  }
}

async function orUnreadable<T>(read: () => Promise<T>): Promise<T | { readonly unreadable: string }> {
  try {
    return await read();
  } catch (error) {
    return { unreadable: error instanceof Error ? error.message : String(error) };
  }
}
