/** Headers of a command or query on the bus. The assertion and the command id are needed. */
export const HEADERS = {
  /** Says who sends, signed: see libs/identity. */
  assertion: 'Slipway-Assertion',
  /** UUID. Sending a command again with the same id gets its first outcome. */
  commandId: 'Slipway-Command-Id',
  correlationId: 'Slipway-Correlation-Id',
  traceparent: 'traceparent',
} as const;

/** Set on every answer that is a problem; NATS' own convention for services. */
export const ERROR_HEADERS = { code: 'Nats-Service-Error-Code', text: 'Nats-Service-Error' } as const;
