import type { Linkedid } from '../call/ids.ts';
import type { StoredCallback } from './callback-row.ts';

interface Entry {
  readonly callback: StoredCallback;
  readonly done: Promise<void>;
  /** How many of those that wait behind it go out right behind it. */
  along: number;
  /** More than those wait behind it. */
  isFollowed: boolean;
}

/** How a callback that was seen in the database stands: not known here, known, or keeping others waiting until it is marked. */
export type Seen = 'new' | 'known' | 'awaited';

/**
 * The callbacks that are on their way, and those of their calls that wait for them. Records of a call go side by side while all is
 * well. Where the CRM hangs at one of a call, or fails at it, no other of that call goes out beside it: a queue of many phones would
 * have all places taken, and be enough to make the CRM count as away.
 */
export class UnderWay {
  readonly #entries = new Map<number, Entry>();
  /** Of those: answered, and being marked in the database. */
  readonly #settling = new Set<number>();
  /** Calls of which the last send failed. */
  readonly #failing = new Set<Linkedid>();
  readonly #aside = new Map<number, StoredCallback>();
  readonly #isStuck: (call: Linkedid) => boolean;

  /** @param isStuck whether the CRM has not answered one of the call for long */
  constructor(isStuck: (call: Linkedid) => boolean) {
    this.#isStuck = isStuck;
  }

  get size(): number {
    return this.#entries.size;
  }

  get settling(): number {
    return this.#settling.size;
  }

  /** Those not to be looked for in the database: on their way, or set aside. */
  get ids(): number[] {
    return [...this.#entries.keys(), ...this.#aside.keys()];
  }

  /** Each resolves when its callback is settled. */
  get all(): Iterable<Promise<void>> {
    return [...this.#entries.values()].map(({ done }) => done);
  }

  /** Has it sent, now or when others of its call are done with; unless it is on its way already. */
  begin(callback: StoredCallback, send: () => Promise<void>): void {
    if (this.#entries.has(callback.id)) return;
    if (this.#mustWait(callback.call)) this.#aside.set(callback.id, callback);
    else this.#entries.set(callback.id, { callback, done: send(), along: 0, isFollowed: false });
  }

  /** @returns those that waited for it, and may go out now */
  end({ id, call }: StoredCallback): StoredCallback[] {
    this.#entries.delete(id);
    this.#settling.delete(id);
    if (this.#aside.size === 0 || this.#mustWait(call)) return [];
    const free = [...this.#aside.values()].filter((each) => each.call === call);
    for (const each of free) this.#aside.delete(each.id);
    return free;
  }

  /** A callback was seen in the database, with what waits behind it now. */
  saw(callback: StoredCallback): Seen {
    const { id, behind = [] } = callback;
    const entry = this.#entries.get(id);
    if (entry === undefined) {
      if (!this.#aside.has(id)) return 'new';
      this.#aside.set(id, callback);
      return 'known';
    }
    if (behind.length <= entry.along) return 'known';
    entry.isFollowed = true;
    return this.#settling.has(id) ? 'awaited' : 'known';
  }

  /** Those set aside are to be looked for anew, and no call is known to fail. */
  forget(): void {
    this.#aside.clear();
    this.#failing.clear();
  }

  /** So many of those that wait behind it go out right behind it. */
  takesAlong(id: number, count: number): void {
    const entry = this.#entries.get(id);
    if (entry !== undefined) entry.along = count;
  }

  /** Whether more came behind it since it was taken. */
  isFollowed(id: number): boolean {
    return this.#entries.get(id)?.isFollowed === true;
  }

  settles(id: number): void {
    this.#settling.add(id);
  }

  /** Whether the CRM failed at the last send of a call, which is to be done again. */
  fails(call: Linkedid, isFailing: boolean): void {
    if (isFailing) this.#failing.add(call);
    else this.#failing.delete(call);
  }

  #mustWait(call: Linkedid): boolean {
    if (!this.#failing.has(call) && !this.#isStuck(call)) return false;
    return [...this.#entries.values()].some(({ callback }) => callback.call === call);
  }
}
