import type { Context } from 'koa';
import { addressesIn, plainAddress } from './client-address.ts';
import type { MonitorSettings } from './ports.ts';
import { givenSecret, SecretCheck } from './secret.ts';

/** Why somebody is not told more than that the connector is well. `address`: he is no monitor and brings no token. */
export type MonitorVerdict = 'allowed' | 'address' | 'wrong' | 'locked';

/** Who may look at how the connector is: some addresses, and whoever has the token. */
export class MonitorAccess {
  readonly #isMonitor: (address: string) => boolean;
  readonly #check: SecretCheck | null;

  constructor({ addresses, token }: MonitorSettings, now: () => number) {
    this.#isMonitor = addressesIn(addresses);
    this.#check = token === '' ? null : new SecretCheck([token], now);
  }

  judge(context: Context): MonitorVerdict {
    if (!isHandedOn(context) && (this.#isMonitor(context.ip) || this.#isOwnMonitor(context))) return 'allowed';
    const given = givenSecret({ values: new Map(), conflicting: new Set() }, context.headers.authorization);
    if (this.#check === null || given === null) return 'address';
    const verdict = this.#check.judge(context.ip, given);
    return verdict === 'right' ? 'allowed' : verdict === 'missing' ? 'address' : verdict;
  }

  /** Who asks this machine by one of its other addresses, from itself, comes from that address and not from 127.0.0.1. */
  #isOwnMonitor({ ip, req }: Context): boolean {
    return ip === plainAddress(req.socket.localAddress ?? '') && this.#isMonitor('127.0.0.1');
  }
}

const handingOn = ['x-forwarded-for', 'forwarded', 'x-real-ip', 'via'];

/**
 * A web server on this machine makes everybody come from 127.0.0.1. Whom it hands on is not known, unless it is one of
 * http.trusted_proxies and has said so; then the request's address is not the web server's own.
 */
function isHandedOn(context: Context): boolean {
  const peer = plainAddress(context.req.socket.remoteAddress ?? '');
  return context.ip === peer && handingOn.some((header) => context.headers[header] !== undefined);
}
