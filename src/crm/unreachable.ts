import type { Answer } from './answer.ts';

/** Faults that come before a byte of the callback has gone out, so that it cannot have been applied. */
const beforeSending: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nobody listens there',
  ENOTFOUND: 'its name is unknown',
  EAI_AGAIN: 'its name cannot be looked up',
  EHOSTUNREACH: 'there is no way to that host',
  ENETUNREACH: 'there is no way to that network',
  UND_ERR_CONNECT_TIMEOUT: 'no connection in time',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'its certificate is self-signed: put the authority into crm.ca_file',
  SELF_SIGNED_CERT_IN_CHAIN: 'its certificate is of an unknown authority: put that into crm.ca_file',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'its certificate cannot be verified: put its authority into crm.ca_file',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'its certificate is of an unknown authority: put that into crm.ca_file',
  CERT_HAS_EXPIRED: 'its certificate has expired',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet: see the clocks of both machines',
  CERT_REVOKED: 'its certificate was withdrawn',
  CERT_UNTRUSTED: 'its certificate is of an unknown authority: put that into crm.ca_file',
  CERT_SIGNATURE_FAILURE: 'its certificate is not signed by whom it names',
  INVALID_PURPOSE: 'its certificate is not one for a web server',
  INVALID_CA: 'what vouches for its certificate is no authority',
  CERT_CHAIN_TOO_LONG: 'its certificate cannot be verified: too many vouch for one another',
  PATH_LENGTH_EXCEEDED: 'its certificate cannot be verified: too many vouch for one another',
  ERR_TLS_CERT_ALTNAME_INVALID: 'its certificate is for another name',
  EPROTO: 'it does not speak TLS there',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS there',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks only versions of TLS that are no longer safe',
};

const afterSending: Readonly<Record<string, string>> = {
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was closed',
  UND_ERR_SOCKET: 'the connection was closed before the answer was complete',
};

/** Puts what undici and the socket throw into a sentence; what is not known to have failed before sending may be applied. */
export function whyUnreachable(fault: unknown, origin: string, timeoutMs: number): Answer {
  const { code = '', name = '', message = String(fault) } = fault as { code?: string; name?: string; message?: string };
  const early = beforeSending[code];
  if (name === 'TimeoutError') {
    const why = `${origin}: no answer within ${timeoutMs / 1000} s`;
    return { kind: 'unavailable', why, maybeApplied: true, timedOut: true };
  }
  const late = afterSending[code];
  return { kind: 'unavailable', why: `${origin}: ${early ?? late ?? message}`, maybeApplied: early === undefined };
}
