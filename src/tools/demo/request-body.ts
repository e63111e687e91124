import type { IncomingMessage } from 'node:http';

const maximumBodyBytes = 64 * 1024;

/** The text of a request's body; what is too long is cut off. */
export async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= maximumBodyBytes) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}
