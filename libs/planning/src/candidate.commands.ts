import { IsCandidateName, IsQualifiedName, IsVersion } from '@slipway/kernel';
import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsOptional, IsString, Matches, MaxLength } from 'class-validator';

const REF = /^(?!-)[^\s~^:?*[\\]{1,255}$/;

/** Choose a commit of the application's repository: the next candidate of a version. */
export class CutCandidate {
  @IsQualifiedName()
  readonly application!: string;

  /** Default: the version of the last candidate, or 0.1.0 for the first. */
  @IsOptional()
  @IsVersion()
  readonly version?: string;

  /** HEAD (the mainline's tip, the default), a branch, a tag, or a commit. */
  @IsOptional()
  @IsString()
  @Matches(REF, { message: 'ref must be HEAD, a branch, a tag or a commit' })
  readonly ref?: string;
}

/** Put commits on top of a candidate: the next candidate of the same version. */
export class CherryPick {
  @IsQualifiedName()
  readonly application!: string;

  /** The candidate to build on. */
  @IsCandidateName()
  readonly candidate!: string;

  /** Commits (or refs), in the order in which they are applied. */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(50)
  @IsString({ each: true })
  @MaxLength(255, { each: true })
  @Matches(REF, { each: true, message: 'each commit must be a commit, a branch or a tag' })
  readonly commits!: string[];
}
