import { hash, timingSafeEqual } from 'node:crypto';
import { isIP } from 'node:net';
import { bearerIn } from './bearer.ts';
import type { Parameters } from './parameters.ts';

/** `locked`: this address has guessed too often and its secret was not looked at. */
export type SecretVerdict = 'right' | 'wrong' | 'missing' | 'locked';

const wrongsBeforeLock = 10;
/** From where the right secret has come lately: enough for a CRM beside a stranger, and too few to find a secret of 12 letters. */
const wrongsBesideRight = 600;
const lockMs = 60_000;
const rememberRightMs = 24 * 3_600_000;
/** A bound on memory, not on guessing: each address still has its own ten tries a minute. */
const maximumAddresses = 1000;

interface Wrongs {
  count: number;
  since: number;
}

/**
 * Checks the shared secret and stops those who guess: after ten wrong ones within a minute an address waits a minute, and its
 * secret is not looked at. Behind one address there may be the CRM and a stranger (a reverse proxy, a NAT), so one from where
 * the right secret has come within a day has 600. Each path has a check of its own, or whoever reaches the one could shut the
 * CRM out of the other.
 */
export class SecretCheck {
  readonly #secrets: readonly Buffer[];
  readonly #now: () => number;
  readonly #wrongs = new Map<string, Wrongs>();
  /** When the right secret came last, in the order of that. */
  readonly #rights = new Map<string, number>();

  /** @param secrets any of them is right */
  constructor(secrets: readonly string[], now: () => number) {
    if (secrets.length === 0 || secrets.includes('')) throw new Error('The HTTP secret must not be empty.');
    this.#secrets = secrets.map(digest);
    this.#now = now;
  }

  judge(address: string, given: string | null): SecretVerdict {
    const place = guesser(address);
    const wrongs = this.#recentWrongs(place);
    if (wrongs.count >= this.#mostWrongs(place)) return 'locked';
    if (given === null || given === '') return wrongs.count >= wrongsBeforeLock ? 'locked' : 'missing';
    const guess = digest(given);
    if (this.#secrets.some((secret) => timingSafeEqual(guess, secret))) {
      remember(this.#rights, place, this.#now());
      return 'right';
    }
    const count = wrongs.count + 1;
    const isLocking = count === wrongsBeforeLock || count === wrongsBesideRight;
    remember(this.#wrongs, place, { count, since: isLocking ? this.#now() : wrongs.since });
    return count > wrongsBeforeLock ? 'locked' : 'wrong';
  }

  #mostWrongs(place: string): number {
    const right = this.#rights.get(place);
    return right !== undefined && this.#now() - right < rememberRightMs ? wrongsBesideRight : wrongsBeforeLock;
  }

  #recentWrongs(place: string): Wrongs {
    const now = this.#now();
    const known = this.#wrongs.get(place);
    return known !== undefined && now - known.since < lockMs ? known : { count: 0, since: now };
  }
}

/** What one who guesses has at his command: an address of IPv4, a /64 network of IPv6. */
function guesser(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const missing = tail === undefined ? 0 : 8 - groups.length - (tail === '' ? 0 : tail.split(':').length);
  const whole = [...groups, ...Array<string>(Math.max(0, missing)).fill('0'), ...(tail ?? '').split(':')];
  return `${whole.slice(0, 4).join(':')}::/64`;
}

/** As the youngest; of too many the oldest is forgotten. */
function remember<Value>(table: Map<string, Value>, key: string, value: Value): void {
  table.delete(key);
  table.set(key, value);
  const [oldest] = table.keys();
  if (table.size > maximumAddresses && oldest !== undefined) table.delete(oldest);
}

/** For the key of one recording: with its 132 bits nobody who guesses need be stopped, nor a listener beside him. */
export function isRightKey(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

/** What secrets are compared by: timingSafeEqual wants equal lengths, and the length is a secret too. */
export function digest(text: string): Buffer {
  return hash('sha256', text, 'buffer');
}

/** The secret that a request brings: the `secret` parameter, else a bearer token. Two different ones count as none. */
export function givenSecret(parameters: Parameters, authorization: string | undefined): string | null {
  if (parameters.conflicting.has('secret')) return null;
  const bearer = bearerIn(authorization);
  // Node reads headers as Latin-1; whoever has a secret with other letters sends it as UTF-8.
  const read = bearer === null ? null : Buffer.from(bearer, 'latin1').toString('utf8');
  return parameters.values.get('secret') ?? read;
}
