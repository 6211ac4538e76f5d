import type { Call } from './call.js';
import { CallError, Status } from './call-error.js';

/** A generated message class. */
export interface RequestType<Request> {
  deserializeBinary(bytes: Uint8Array): Request;
}

export interface ResponseMessage {
  serializeBinary(): Uint8Array;
}

/** The request of a call that sends one message. Rejects with INVALID_ARGUMENT. */
export async function requestOf<Request>(call: Call, type: RequestType<Request>): Promise<Request> {
  const bytes = await call.onlyMessage();
  try {
    return type.deserializeBinary(bytes);
  } catch (error) {
    throw new CallError(Status.INVALID_ARGUMENT, `malformed message: ${(error as Error).message}`);
  }
}

/** A handler of calls with one message each way. */
export function unary<Request, Response extends ResponseMessage, Context>(
  type: RequestType<Request>,
  handle: (request: Request, context: Context) => Response | Promise<Response>,
): (call: Call, context: Context) => Promise<void> {
  return async (call, context) => {
    const response = await handle(await requestOf(call, type), context);
    call.write(response.serializeBinary());
    call.end();
  };
}
