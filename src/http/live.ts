import type { Context } from 'koa';
import { bearerIn } from './bearer.ts';
import { type Desk, deskOfExtension } from './desk.ts';
import type { LiveToken, TokenVerdict } from './live-token.ts';
import { readParameters } from './parameters.ts';
import type { LivePort } from './ports.ts';
import type { RefusalLog } from './refusal-log.ts';

export interface LiveParts {
  /** One of them is asked: the first whose secret has signed the token and whose phone its extension is. */
  readonly desks: readonly Desk[];
  readonly refusals: RefusalLog;
}

/** `GET /live?token=`: a snapshot of an extension's calls at once and after every change, until either side leaves. */
export function live(context: Context, parts: LiveParts): void {
  const admitted = admit(context, parts);
  if (admitted === null) return;
  // From here on the stream writes by itself.
  context.respond = false;
  admitted.desk.streams.open(context.res, admitted.token, admitted.live);
}

/** `GET /live/calls`: one snapshot, for a page that cannot be pushed to. */
export function liveCalls(context: Context, parts: LiveParts): void {
  const admitted = admit(context, parts);
  if (admitted === null) return;
  context.set('Cache-Control', 'no-store');
  context.type = 'application/json';
  context.body = admitted.live.snapshot(admitted.token.extension);
}

/** Until a token is too old to be relied on for the moments in which the list is. */
const soonMs = 1_000;

/**
 * `GET /live/quiet`: who polls and has nothing to be told, by the digests of the tokens, behind the time. The CRM's PHP answers
 * their polls by it for a tenth of a second.
 */
export function liveQuiet(context: Context, parts: LiveParts): void {
  const given = givenToken(context);
  if (admit(context, parts) === null) return;
  const desks = parts.desks.filter(({ tokens }) => tokens.check(given).kind === 'right');
  const at = desks[0]?.ports.now() ?? 0;
  const quiet = desks.flatMap((desk) => quietAt(desk, desks, at + soonMs));
  context.set('Cache-Control', 'no-store');
  context.type = 'text/plain';
  context.body = `${[new Date(at).toISOString(), ...quiet].join('\n')}\n`;
}

function quietAt(desk: Desk, desks: readonly Desk[], until: number): string[] {
  const [first = desk, ...more] = desks;
  return [...desk.tokens.seen()]
    .filter(({ extension, expiresAt }) => {
      if (expiresAt <= until || deskOfExtension(extension, [first, ...more]) !== desk) return false;
      return desk.ports.live()?.isQuiet(extension) === true;
    })
    .map(({ digest }) => digest);
}

interface Admitted {
  readonly desk: Desk;
  readonly token: LiveToken;
  readonly live: LivePort;
}

type Wrong = Extract<TokenVerdict, { kind: 'wrong' }>;

export type TokenOutcome =
  | (Admitted & { readonly kind: 'admitted' })
  | { readonly kind: 'starting' }
  | { readonly kind: 'wrong'; readonly verdict: Wrong };

/** Whose calls a token shows, and where they are known. */
export function judgeToken(given: string | null, desks: readonly Desk[]): TokenOutcome {
  const verdicts = desks.map((desk) => ({ desk, verdict: desk.tokens.check(given) }));
  const right = verdicts.flatMap(({ desk, verdict }) => (verdict.kind === 'right' ? [{ desk, ...verdict }] : []));
  const [first] = right;
  if (first === undefined) return { kind: 'wrong', verdict: faultIn(verdicts.map(({ verdict }) => verdict)) };
  const { token } = first;
  const more = right.slice(1).map((one) => one.desk);
  const desk = deskOfExtension(token.extension, [first.desk, ...more]);
  const port = desk.ports.live();
  return port === null ? { kind: 'starting' } : { kind: 'admitted', desk, token, live: port };
}

function admit(context: Context, parts: LiveParts): Admitted | null {
  const outcome = judgeToken(givenToken(context), parts.desks);
  if (outcome.kind === 'admitted') return outcome;
  return outcome.kind === 'starting' ? refuseStarting(context) : refuse(context, outcome.verdict, parts);
}

/** That it was signed with another secret says nothing where one of several has found something else amiss. */
function faultIn(verdicts: readonly TokenVerdict[]): Wrong {
  const wrong = verdicts.filter((verdict) => verdict.kind === 'wrong');
  const found = wrong.find(({ reason }) => reason !== 'signature') ?? wrong[0];
  if (found === undefined) throw new Error('A token that nobody found wrong was refused.');
  return found;
}

/** The parameter is for a browser's EventSource, which can send no header. */
function givenToken(context: Context): string | null {
  const { values, conflicting } = readParameters(context.querystring);
  if (conflicting.has('token')) return null;
  return values.get('token') ?? bearerIn(context.get('Authorization'));
}

function refuse(context: Context, verdict: Wrong, { refusals }: LiveParts): null {
  const { reason, why } = verdict;
  // A page that was left open asks with an old one before it fetches a new one.
  if (reason !== 'expired') refusals.refused(`live channel refused: ${why}`, context.ip);
  context.status = 401;
  context.set('WWW-Authenticate', 'Bearer');
  context.set('Cache-Control', 'no-store');
  context.body = { error: 'token', reason, why };
  return null;
}

function refuseStarting(context: Context): null {
  context.status = 503;
  context.set('Retry-After', '5');
  context.body = { error: 'starting', why: 'the connector does not hear Asterisk yet' };
  return null;
}
