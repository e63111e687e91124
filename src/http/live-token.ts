import { createHash, createHmac, timingSafeEqual } from 'node:crypto';

/** Whose calls are shown to whoever brings the token, and until when (epoch milliseconds). */
export interface LiveToken {
  readonly extension: string;
  readonly expiresAt: number;
}

export type TokenVerdict =
  | { readonly kind: 'right'; readonly token: LiveToken }
  | { readonly kind: 'wrong'; readonly reason: TokenFault; readonly why: string };

export type TokenFault = 'missing' | 'malformed' | 'signature' | 'expired' | 'too-long';

const longestMs = 2 * 3_600_000;
/** The CRM's clock may be a little ahead. */
const clockSlackMs = 60_000;
const longestText = 512;

const faults: Readonly<Record<TokenFault, string>> = {
  missing: 'the token is missing: send it as parameter token or as a bearer token',
  malformed:
    'this is no token: expected v1.<payload>.<mac> with a payload {"ext": "101", "user": 5, "exp": epoch seconds}',
  signature:
    'the token was signed with another secret: crm.token and the Vtiger Secret Key of PBX Manager must be equal',
  expired: 'the token has expired, or the clocks of CRM and connector differ: ask the CRM for a new one',
  'too-long': 'the token lasts more than two hours, or the clocks of CRM and connector differ',
};

/** Of tokens found right: a page asks with its own once a second. */
const remembered = 2_000;

/** One that was found right, without itself. */
export interface SeenToken extends LiveToken {
  /** SHA-256 of the token, in base64url. */
  readonly digest: string;
}

export interface TokenCheck {
  check(given: string | null): TokenVerdict;
  /** Those that were found right of late. */
  seen(): Iterable<SeenToken>;
}

/** Knows the tokens that the CRM's PHP signs (docs/live-channel.md). The secret itself is never in a browser. */
export function createTokenCheck(secret: string, now: () => number): TokenCheck {
  const right = new Map<string, SeenToken>();
  const checkSignature = signatureCheck(secret, now);
  const check = (given: string | null): TokenVerdict => {
    const known = right.get(given ?? '');
    if (known !== undefined && known.expiresAt > now()) return { kind: 'right', token: known };
    right.delete(given ?? '');
    const verdict = checkSignature(given);
    if (verdict.kind === 'right') right.set(given ?? '', { ...verdict.token, digest: digestOf(given ?? '') });
    const [oldest] = right.keys();
    if (right.size > remembered && oldest !== undefined) right.delete(oldest);
    return verdict;
  };
  return { check, seen: () => right.values() };
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

function signatureCheck(secret: string, now: () => number): (given: string | null) => TokenVerdict {
  const key = createHmac('sha256', secret).update('live').digest();
  return (given) => {
    if (given === null || given === '') return wrong('missing');
    const parts = /^(v1\.([A-Za-z0-9_-]+))\.([A-Za-z0-9_-]{43})$/.exec(given.slice(0, longestText));
    const [, signed = '', payload = '', mac = ''] = parts ?? [];
    if (parts === null) return wrong('malformed');
    const expected = createHmac('sha256', key).update(signed).digest();
    if (!timingSafeEqual(Buffer.from(mac, 'base64url'), expected)) return wrong('signature');
    const token = readPayload(payload);
    if (token === null) return wrong('malformed');
    if (token.expiresAt <= now()) return wrong('expired');
    if (token.expiresAt > now() + longestMs + clockSlackMs) return wrong('too-long');
    return { kind: 'right', token };
  };
}

function wrong(reason: TokenFault): TokenVerdict {
  return { kind: 'wrong', reason, why: faults[reason] };
}

function readPayload(payload: string): LiveToken | null {
  const { ext, exp } = parsed(Buffer.from(payload, 'base64url').toString('utf8'));
  if (typeof ext !== 'string' || !/^[0-9A-Za-z*#_.-]{1,32}$/.test(ext)) return null;
  return typeof exp === 'number' && Number.isFinite(exp) ? { extension: ext, expiresAt: exp * 1000 } : null;
}

function parsed(text: string): { readonly ext?: unknown; readonly exp?: unknown } {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
