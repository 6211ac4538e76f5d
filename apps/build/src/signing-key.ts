import { Injectable } from '@nestjs/common';
import { type KeyPair, signingKeyOf } from '@slipway/provenance';
import { BuildConfig } from './build.config.js';

/** The key of this build service. Read once, at the start: a service that can't sign does not begin. */
@Injectable()
export class SigningKey implements KeyPair {
  private readonly signer: KeyPair;

  /** Throws CONFIG_INVALID. */
  constructor(config: BuildConfig) {
    this.signer = signingKeyOf('build', config);
  }

  get id(): string {
    return this.signer.id;
  }

  get publicPem(): string {
    return this.signer.publicPem;
  }

  sign(bytes: Uint8Array): Uint8Array {
    return this.signer.sign(bytes);
  }
}
