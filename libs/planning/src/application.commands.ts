import { Component } from '@slipway/build/contract';
import { IsQualifiedName } from '@slipway/kernel';
import { Type } from 'class-transformer';
import { ArrayMaxSize, ArrayNotEmpty, ArrayUnique, IsArray, IsOptional, IsString, Matches, MaxLength, ValidateNested } from 'class-validator';

/** Registers an application, or changes it when it exists. */
export class RegisterApplication {
  @IsQualifiedName()
  readonly application!: string;

  /** https, ssh or file URL, `user@host:path`, or an absolute path on the services' machine. */
  @Matches(/^(https:\/\/(?![^/]*@)|ssh:\/\/|file:\/\/|\/|[A-Za-z0-9._-]+@[A-Za-z0-9.-]+:)\S+$/, {
    message: 'repository must be an https, ssh or file URL, user@host:path, or an absolute path; credentials do not belong into it',
  })
  @MaxLength(2_048)
  readonly repository!: string;

  /** Default `main`. */
  @IsOptional()
  @IsString()
  @Matches(/^[A-Za-z0-9._][A-Za-z0-9._/-]*$/, { message: 'mainline must be the name of a branch' })
  readonly mainline?: string;

  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @ArrayUnique((component: Component) => component.name, { message: 'components must have different names' })
  @ValidateNested({ each: true })
  @Type(() => Component)
  readonly components!: Component[];
}
