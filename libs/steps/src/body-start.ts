const LIMIT_BYTES = 1024 * 1024;

/** The first MiB of an answer's body as text. The rest is not fetched. */
export async function bodyStart(answer: Response): Promise<string> {
  if (!answer.body) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of answer.body as AsyncIterable<Uint8Array>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes >= LIMIT_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, LIMIT_BYTES).toString('utf8');
}
