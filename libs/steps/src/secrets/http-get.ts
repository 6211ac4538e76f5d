import { once } from 'node:events';
import { type IncomingMessage, request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';

const LIMIT_BYTES = 4 * 1024 * 1024;

export interface GetOptions {
  readonly headers: Readonly<Record<string, string>>;
  /** For the whole answer. */
  readonly timeoutMs: number;
  /** PEM. Node's fetch can't be told which authorities to trust. */
  readonly ca?: string;
}

/** One GET on a connection of its own; redirects are answers. Rejects when there is no whole answer in time, or a huge one. */
export async function get(url: string, { headers, timeoutMs, ca }: GetOptions): Promise<{ status: number; body: string }> {
  const limit = AbortSignal.timeout(timeoutMs);
  const options = { headers, agent: false, signal: limit } as const;
  const request = url.startsWith('https:') ? httpsRequest(url, { ...options, ...(ca && { ca }) }) : httpRequest(url, options);
  // `once` hears the first one; a later one breaks off the answer, too.
  request.on('error', () => undefined);
  try {
    request.end();
    const [answer] = (await once(request, 'response')) as [IncomingMessage];
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer as AsyncIterable<Buffer>) {
      bytes += chunk.length;
      if (bytes > LIMIT_BYTES) throw new Error(`more than ${LIMIT_BYTES} bytes`);
      chunks.push(chunk);
    }
    return { status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString('utf8') };
  } catch (error) {
    throw limit.aborted ? new Error(`not within ${timeoutMs / 1_000} s`) : error;
  } finally {
    request.destroy();
  }
}
