/** Headers of a command or query on the bus. Only the actor is needed; the rest is made by the edge where it is missing. */
export const HEADERS = {
  /** `kind:id` of who acts. A later issue replaces it by a signed assertion. */
  actor: 'Slipway-Actor',
  /** UUID. Sending a command again with the same id gets its first outcome. */
  commandId: 'Slipway-Command-Id',
  correlationId: 'Slipway-Correlation-Id',
  traceparent: 'traceparent',
} as const;

/** Set on every answer that is a problem; NATS' own convention for services. */
export const ERROR_HEADERS = { code: 'Nats-Service-Error-Code', text: 'Nats-Service-Error' } as const;
