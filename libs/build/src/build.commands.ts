import { IsCandidateName, IsQualifiedName } from '@slipway/kernel';

/** Build a candidate. Built already: the snapshot that there is. Failed or errored: another attempt. */
export class RequestBuild {
  @IsQualifiedName()
  readonly application!: string;

  @IsCandidateName()
  readonly candidate!: string;
}
