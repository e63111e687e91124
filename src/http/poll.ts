import type { IncomingMessage, ServerResponse } from 'node:http';
import { bearerIn } from './bearer.ts';
import type { Desk } from './desk.ts';
import { judgeToken } from './live.ts';
import type { HttpPorts } from './ports.ts';

/** Where pages may poll: `/live/calls` below an address. */
export interface PollPlace {
  readonly below: string;
  readonly desks: readonly Desk[];
  readonly ports: Pick<HttpPorts, 'meters'>;
}

/**
 * Answers a page's poll, if nothing is unusual about it. Fifty agents ask sixty times a second, day and night, and the way
 * through Koa and its router costs as much again as the answer (0.9 ms of processor time in place of 0.5). Whatever cannot be
 * answered at once, with 200, goes that way. Polls are not in the access log.
 *
 * @returns whether it has been answered
 */
export function createPollAnswer(places: readonly PollPlace[]) {
  const byPath = new Map(places.map((place) => [`${place.below}/live/calls`, place]));
  return (request: IncomingMessage, response: ServerResponse): boolean => {
    const place = request.method === 'GET' ? byPath.get(request.url ?? '') : undefined;
    const token = bearerIn(request.headers.authorization);
    if (place === undefined || token === null) return false;
    const body = snapshotFor(token, place.desks);
    if (body === null) return false;
    response.writeHead(200, { ...headers, 'Content-Length': body.length }).end(body);
    place.ports.meters.requested('/live/calls', 200);
    return true;
  };
}

/** null: there is none, or a fault, which is told where all are. */
function snapshotFor(token: string, desks: readonly Desk[]): Buffer | null {
  try {
    const outcome = judgeToken(token, desks);
    if (outcome.kind !== 'admitted') return null;
    return Buffer.from(outcome.live.snapshot(outcome.token.extension));
  } catch {
    return null;
  }
}

const headers = {
  'Content-Type': 'application/json; charset=utf-8',
  'Cache-Control': 'no-store',
  'X-Content-Type-Options': 'nosniff',
} as const;
