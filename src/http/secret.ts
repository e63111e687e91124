import { createHash, timingSafeEqual } from 'node:crypto';
import type { Parameters } from './parameters.ts';

/** `locked`: this address has guessed too often and its secret was not looked at. */
export type SecretVerdict = 'right' | 'wrong' | 'missing' | 'locked';

const wrongsBeforeLock = 10;
const lockMs = 60_000;
/** A bound on memory, not on guessing: each address still has its own ten tries a minute. */
const maximumAddresses = 1000;

interface Wrongs {
  count: number;
  since: number;
}

/**
 * Checks the shared secret and stops those who guess: after ten wrong ones within a minute an address waits a minute.
 * The CRM's own address is no exception, nor is loopback: behind a reverse proxy everybody comes from there. So each path
 * has a check of its own, or whoever reaches the one could shut the CRM out of the other.
 */
export class SecretCheck {
  readonly #secrets: readonly Buffer[];
  readonly #now: () => number;
  readonly #wrongs = new Map<string, Wrongs>();

  /** @param secrets any of them is right */
  constructor(secrets: readonly string[], now: () => number) {
    if (secrets.length === 0 || secrets.includes('')) throw new Error('The HTTP secret must not be empty.');
    this.#secrets = secrets.map(digest);
    this.#now = now;
  }

  judge(address: string, given: string | null): SecretVerdict {
    const wrongs = this.#recentWrongs(address);
    if (wrongs.count >= wrongsBeforeLock) return 'locked';
    if (given === null || given === '') return 'missing';
    // Digests, because timingSafeEqual wants equal lengths and the length is a secret too.
    const guess = digest(given);
    if (this.#secrets.some((secret) => timingSafeEqual(guess, secret))) return 'right';
    this.#remember(address, wrongs);
    return 'wrong';
  }

  #recentWrongs(address: string): Wrongs {
    const now = this.#now();
    const known = this.#wrongs.get(address);
    return known !== undefined && now - known.since < lockMs ? known : { count: 0, since: now };
  }

  #remember(address: string, wrongs: Wrongs): void {
    const count = wrongs.count + 1;
    const since = count === wrongsBeforeLock ? this.#now() : wrongs.since;
    this.#wrongs.delete(address);
    this.#wrongs.set(address, { count, since });
    const [oldest] = this.#wrongs.keys();
    if (this.#wrongs.size > maximumAddresses && oldest !== undefined) this.#wrongs.delete(oldest);
  }
}

/** For the key of one recording: with its 132 bits nobody who guesses need be stopped, nor a listener beside him. */
export function isRightKey(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** The secret that a request brings: the `secret` parameter, else a bearer token. Two different ones count as none. */
export function givenSecret(parameters: Parameters, authorization: string | undefined): string | null {
  if (parameters.conflicting.has('secret')) return null;
  const bearer = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1];
  // Node reads headers as Latin-1; whoever has a secret with other letters sends it as UTF-8.
  const read = bearer === undefined ? null : Buffer.from(bearer, 'latin1').toString('utf8');
  return parameters.values.get('secret') ?? read;
}
