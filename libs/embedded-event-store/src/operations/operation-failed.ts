/** For whoever has to choose an exit code: wrong arguments, no such store, no such file or folder, something in the way, or any other. */
export type FailureKind = 'invalid' | 'no-store' | 'no-file' | 'conflict' | 'failed';

/** An operation cannot be done; the message tells the operator why. Nothing was changed unless it says so. */
export class OperationFailed extends Error {
  readonly kind: FailureKind;

  constructor(message: string, { kind = 'failed', ...options }: ErrorOptions & { readonly kind?: FailureKind } = {}) {
    super(message, options);
    this.kind = kind;
  }
}
