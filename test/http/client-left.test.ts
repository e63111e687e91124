import { expect, it } from 'vitest';
import { hasClientLeft } from '../../src/http/client-left.ts';

it.each([
  ['ERR_HTTP_REQUEST_TIMEOUT', true],
  ['ERR_STREAM_PREMATURE_CLOSE', true],
  ['HPE_INVALID_CHUNK_SIZE', true],
  ['ECONNRESET', true],
  ['EIO', false],
  [undefined, false],
])('%s: %s', (code, expected) => {
  expect(hasClientLeft(Object.assign(new Error('x'), code === undefined ? {} : { code }))).toBe(expected);
});
