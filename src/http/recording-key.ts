import { createHash, createHmac } from 'node:crypto';

/**
 * What opens one recording and nothing else, for a link that a browser follows without the secret: vTiger shows the link as
 * it was stored and adds nothing to it. 132 bits in 22 characters; it changes with the secret.
 */
export function recordingKey(secret: string, id: string): string {
  return recordingKeys(secret)(id);
}

/** The same for many ids. */
export function recordingKeys(secret: string): (id: string) => string {
  const key = createHash('sha256').update(secret, 'utf8').digest();
  return (id) => createHmac('sha256', key).update(`recording ${id}`).digest('base64url').slice(0, 22);
}
