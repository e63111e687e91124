import type { IncomingMessage } from 'node:http';

export type FormBody =
  | { readonly kind: 'form'; readonly text: string }
  | { readonly kind: 'not-a-form' }
  | { readonly kind: 'too-large' }
  | { readonly kind: 'broken-off' };

/** Parameters of a click take some hundred bytes; this leaves room for sixteen long variables. */
export const maximumBodyBytes = 16 * 1024;

/** Reads a form-encoded body. The CRM's own click has no body and no content type: that is an empty form. */
export async function readFormBody(request: IncomingMessage): Promise<FormBody> {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > maximumBodyBytes) return { kind: 'too-large' };
  if (length === 0 && request.headers['transfer-encoding'] === undefined) return { kind: 'form', text: '' };
  const body = await readBytes(request);
  if (body === 'too-large' || body === 'broken-off') return { kind: body };
  if (body.length > 0 && !isForm(request)) return { kind: 'not-a-form' };
  return { kind: 'form', text: body.toString('utf8') };
}

function isForm(request: IncomingMessage): boolean {
  const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase();
  const encoding = request.headers['content-encoding'] ?? 'identity';
  return type === 'application/x-www-form-urlencoded' && encoding === 'identity';
}

/** Not `for await`: leaving such a loop destroys the socket before the answer is written. */
function readBytes(request: IncomingMessage): Promise<Buffer | 'too-large' | 'broken-off'> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let size = 0;
    request.on('data', (chunk: Buffer) => {
      size += chunk.length;
      if (size <= maximumBodyBytes) chunks.push(chunk);
      else resolve('too-large');
    });
    request.once('end', () => resolve(Buffer.concat(chunks)));
    // Follows every end too, and then changes nothing any more.
    request.once('close', () => resolve('broken-off'));
  });
}
