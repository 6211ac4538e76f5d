import { Inject, Injectable } from '@nestjs/common';
import { type ActionRule, EVERYWHERE, mayDoAnywhere, NonceMemory, objectWorkspaces, ruleOf, type TableRule, type TrustedKeys, verifyAssertion } from '@slipway/identity';
import { SlipwayError, validated } from '@slipway/kernel';
import { HEADERS, MalformedMessage, type MessageClass, RebuildViews, type Received } from '@slipway/messaging';
import type { MsgHdrs } from 'nats';
import { attest, type Call, demand, notAllowed } from './call.js';
import { ASSERTION_KEYS } from './tokens.js';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i;

/** The one place that says who sends a message, and whether they may. */
@Injectable()
export class Attestation {
  private readonly nonces = new NonceMemory();

  constructor(@Inject(ASSERTION_KEYS) private readonly keys: () => TrustedKeys) {}

  /**
   * Gives the message once its sender, its form and the sender's right are clear. The rights to what only state can tell
   * (reviews, the sides of a release, rows) are left to the handler.
   * @throws SlipwayError ASSERTION_MISSING, ASSERTION_INVALID, ASSERTION_REPLAYED, MALFORMED_MESSAGE, INVALID_COMMAND, NOT_ALLOWED
   */
  admit(type: MessageClass, subject: string, head: MsgHdrs | undefined, received: Received): object {
    const call = this.callFrom(subject, head, received.bytes);
    const message = messageOf(type, received.value);
    demandRight(call, ruleOf(type), message);
    return message;
  }

  private callFrom(subject: string, head: MsgHdrs | undefined, body: Uint8Array): Call {
    const now = new Date();
    const commandId = head?.get(HEADERS.commandId) ?? '';
    const claims = verifyAssertion(head?.get(HEADERS.assertion), { subject, commandId, body }, { keys: this.keys(), now });
    const call = attest(head!, claims, now);
    this.nonces.use(claims, now);
    if (!UUID.test(commandId)) throw new SlipwayError('INVALID_COMMAND', `header ${HEADERS.commandId} must be a UUID`);
    return call;
  }
}

function messageOf(type: MessageClass, value: unknown): object {
  if (value instanceof MalformedMessage) throw new SlipwayError('MALFORMED_MESSAGE', `the message is not JSON: ${value.detail}`);
  if (type !== RebuildViews) return validated(type, value);
  if (JSON.stringify(value) !== '{}') throw new SlipwayError('INVALID_COMMAND', 'RebuildViews takes no fields');
  return new RebuildViews();
}

function demandRight(call: Call, rule: TableRule, message: object): void {
  if (rule.on === 'platform') return demand(call, rule.action, EVERYWHERE);
  if (rule.on === 'public' || stateDecides(rule)) {
    if (!mayDoAnywhere(call.grants, rule.action)) throw notAllowed(call.actor, rule.action, 'any workspace');
    return;
  }
  for (const workspace of objectWorkspaces(rule, message)) demand(call, rule.action, workspace);
}

const stateDecides = ({ on, eitherSide }: ActionRule): boolean => on === 'rows' || on === 'review' || eitherSide === true;
