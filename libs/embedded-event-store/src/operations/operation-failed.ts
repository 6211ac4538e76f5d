/** An operation cannot be done; the message tells the operator why. Nothing was changed unless it says so. */
export class OperationFailed extends Error {}
