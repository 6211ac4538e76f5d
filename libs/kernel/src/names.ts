import { Matches, type ValidationOptions } from 'class-validator';

const NAME = '[a-z0-9]([a-z0-9.-]{0,61}[a-z0-9])?';
// No dot: a workspace is one word of a subject on the bus, and of the name of a key.
const WORKSPACE = '[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?';

export const WORKSPACE_FORM = new RegExp(`^${WORKSPACE}$`);
export const NAME_FORM = new RegExp(`^${NAME}$`);
export const QUALIFIED_NAME_FORM = new RegExp(`^${WORKSPACE}/${NAME}$`);
export const VERSION_FORM = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$/;
export const CANDIDATE_FORM = /^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)-rc[1-9]\d*$/;
export const DIGEST_FORM = /^sha256:[0-9a-f]{64}$/;
export const TARGET_FORM = new RegExp(`^${WORKSPACE}/${NAME}/${WORKSPACE}/${NAME}$`);

/** A workspace's name: lower-case letters, digits and hyphens, at most 63. */
export const IsWorkspace = (options?: ValidationOptions): PropertyDecorator =>
  Matches(WORKSPACE_FORM, { message: '$property must be a workspace: lower-case letters, digits and hyphens (at most 63)', ...options });

/** A name inside a workspace: lower-case letters, digits, dots and hyphens, at most 63. */
export const IsName = (options?: ValidationOptions): PropertyDecorator =>
  Matches(NAME_FORM, { message: '$property must be lower-case letters, digits, dots and hyphens (at most 63)', ...options });

/** `workspace/name`. */
export const IsQualifiedName = (options?: ValidationOptions): PropertyDecorator =>
  Matches(QUALIFIED_NAME_FORM, { message: '$property must be workspace/name', ...options });

/** `1.8.0`. */
export const IsVersion = (options?: ValidationOptions): PropertyDecorator =>
  Matches(VERSION_FORM, { message: '$property must be a version such as 1.8.0', ...options });

/** `1.8.0-rc1`. */
export const IsCandidateName = (options?: ValidationOptions): PropertyDecorator =>
  Matches(CANDIDATE_FORM, { message: '$property must be a candidate such as 1.8.0-rc1', ...options });

/** `managed workspace/environment/tenant workspace/application`. */
export const IsTargetName = (options?: ValidationOptions): PropertyDecorator =>
  Matches(TARGET_FORM, { message: '$property must be managed-workspace/environment/workspace/application', ...options });

/** The two halves of `workspace/name`. */
export function splitName(qualified: string): { workspace: string; name: string } {
  const slash = qualified.indexOf('/');
  return { workspace: qualified.slice(0, slash), name: qualified.slice(slash + 1) };
}
