/**
 * Whether a request broke off by its client's doing: he went away while he asked (HPE_: node's parser) or while he was
 * answered, or was cut off because he sent too slowly (node's requestTimeout).
 */
export function hasClientLeft({ code = '' }: NodeJS.ErrnoException): boolean {
  return /^(ERR_STREAM_PREMATURE_CLOSE|ERR_HTTP_REQUEST_TIMEOUT|ECONNRESET|EPIPE|HPE_.*)$/.test(code);
}
