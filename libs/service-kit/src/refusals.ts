import { setImmediate as turn } from 'node:timers/promises';
import type { INestMicroservice } from '@nestjs/common';
import { SlipwayError } from '@slipway/kernel';
import { type Refusal, watchRefusals } from '@slipway/messaging';
import type { NatsConnection } from 'nats';
import type { Logger } from 'pino';

/** Writes who was refused what. */
export const logRefusal =
  (identity: string, logger: Logger) =>
  ({ operation, subject }: Refusal): void =>
    logger.error({ identity, operation, subject }, 'the bus refused');

/**
 * Makes sure that the service may take its requests, and watches that connection from now on.
 * @throws SlipwayError BUS_REFUSED when its key is another service's
 */
export async function mayAnswer(app: INestMicroservice, identity: string, logger: Logger): Promise<void> {
  const connection = app.unwrap<NatsConnection>();
  const refused: Refusal[] = [];
  const log = logRefusal(identity, logger);
  void watchRefusals(connection, (refusal) => {
    refused.push(refusal);
    log(refusal);
  });
  // The server refuses before it answers the flush; the refusal reaches us a turn later.
  await connection.flush();
  await turn();
  if (refused.length === 0) return;
  await app.close();
  throw new SlipwayError('BUS_REFUSED', `the key of ${identity} may not take requests on ${refused.map(({ subject }) => subject).join(', ')}; is it another service's?`);
}
