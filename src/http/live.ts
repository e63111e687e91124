import type { Context } from 'koa';
import type { LiveStreams } from './live-streams.ts';
import type { createTokenCheck, LiveToken, TokenVerdict } from './live-token.ts';
import { readParameters } from './parameters.ts';
import type { HttpPorts, LivePort } from './ports.ts';
import type { RefusalLog } from './refusal-log.ts';

export interface LiveParts {
  readonly ports: Pick<HttpPorts, 'live'>;
  readonly check: ReturnType<typeof createTokenCheck>;
  readonly streams: LiveStreams;
  readonly refusals: RefusalLog;
}

/** `GET /live?token=`: a snapshot of an extension's calls at once and after every change, until either side leaves. */
export function live(context: Context, parts: LiveParts): void {
  const admitted = admit(context, parts);
  if (admitted === null) return;
  // From here on the stream writes by itself.
  context.respond = false;
  parts.streams.open(context.res, admitted.token, admitted.live);
}

/** `GET /live/calls`: one snapshot, for a page that cannot be pushed to. */
export function liveCalls(context: Context, parts: LiveParts): void {
  const admitted = admit(context, parts);
  if (admitted === null) return;
  context.set('Cache-Control', 'no-store');
  context.type = 'application/json';
  context.body = admitted.live.snapshot(admitted.token.extension);
}

function admit(context: Context, parts: LiveParts): { readonly token: LiveToken; readonly live: LivePort } | null {
  const verdict = parts.check(givenToken(context));
  if (verdict.kind === 'wrong') return refuse(context, verdict, parts);
  const port = parts.ports.live();
  return port === null ? refuseStarting(context) : { token: verdict.token, live: port };
}

/** The parameter is for a browser's EventSource, which can send no header. */
function givenToken(context: Context): string | null {
  const { values, conflicting } = readParameters(context.querystring);
  if (conflicting.has('token')) return null;
  return values.get('token') ?? /^Bearer +(\S+) *$/i.exec(context.get('Authorization'))?.[1] ?? null;
}

function refuse(context: Context, verdict: Extract<TokenVerdict, { kind: 'wrong' }>, { refusals }: LiveParts): null {
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
