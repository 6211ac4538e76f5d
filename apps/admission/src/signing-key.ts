import { Injectable } from '@nestjs/common';
import { type Signer, signingKeyOf } from '@slipway/provenance';
import { AdmissionConfig } from './admission.config.js';

/** The key of this admission service. Read once, at the start: a service that can't sign does not begin. */
@Injectable()
export class SigningKey implements Signer {
  private readonly signer: Signer;

  /** Throws CONFIG_INVALID. */
  constructor(config: AdmissionConfig) {
    this.signer = signingKeyOf('admission', config);
  }

  get id(): string {
    return this.signer.id;
  }

  sign(bytes: Uint8Array): Uint8Array {
    return this.signer.sign(bytes);
  }
}
