import type { Linkedid } from '../call/ids.ts';
import type { StoredCallback } from './callback-row.ts';

interface Entry {
  readonly callback: StoredCallback;
  readonly done: Promise<void>;
}

/**
 * The callbacks that are on their way, and those of their calls that wait for them. Records of a call go side by side while all is
 * well. Where the CRM hangs at one of a call, or fails at it, no other of that call goes out beside it: a queue of many phones would
 * have all places taken, and be enough to make the CRM count as away.
 */
export class UnderWay {
  readonly #entries = new Map<number, Entry>();
  /** Of those: answered, and being marked in the database. */
  readonly #settling = new Set<number>();
  /** Of those: behind which more waits than goes out right behind them. */
  readonly #followed = new Set<number>();
  /** How many go out right behind one. */
  readonly #along = new Map<number, number>();
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

  has(id: number): boolean {
    return this.#entries.has(id);
  }

  isSettling(id: number): boolean {
    return this.#settling.has(id);
  }

  /** Has it sent, now or when others of its call are done with; unless it is on its way already. */
  begin(callback: StoredCallback, send: () => Promise<void>): void {
    if (this.#entries.has(callback.id)) return;
    if (this.#mustWait(callback.call)) this.#aside.set(callback.id, callback);
    else this.#entries.set(callback.id, { callback, done: send() });
  }

  /** @returns those that waited for it, and may go out now */
  end({ id, call }: StoredCallback): StoredCallback[] {
    this.#entries.delete(id);
    for (const set of [this.#settling, this.#followed, this.#along]) set.delete(id);
    if (this.#aside.size === 0 || this.#mustWait(call)) return [];
    const free = [...this.#aside.values()].filter((each) => each.call === call);
    for (const each of free) this.#aside.delete(each.id);
    return free;
  }

  /** Was seen in the database anew. @returns whether it is set aside */
  refresh(callback: StoredCallback): boolean {
    if (!this.#aside.has(callback.id)) return false;
    this.#aside.set(callback.id, callback);
    return true;
  }

  /** Those set aside are to be looked for anew, and no call is known to fail. */
  forget(): void {
    this.#aside.clear();
    this.#failing.clear();
  }

  /** So many of those that wait behind it go out right behind it. */
  takesAlong(id: number, count: number): void {
    if (count > 0) this.#along.set(id, count);
  }

  /** What now waits behind one. @returns whether that is more than goes out right behind it */
  isFollowed({ id, behind = [] }: StoredCallback): boolean {
    if (behind.length <= (this.#along.get(id) ?? 0)) return false;
    this.#followed.add(id);
    return true;
  }

  /** Whether more came behind it since it was taken. */
  wasFollowed(id: number): boolean {
    return this.#followed.has(id);
  }

  settles(id: number): void {
    this.#settling.add(id);
  }

  /** What came of a send to the CRM. */
  answered({ call }: StoredCallback, isFailure: boolean): void {
    if (isFailure) this.#failing.add(call);
    else this.#failing.delete(call);
  }

  #mustWait(call: Linkedid): boolean {
    if (!this.#failing.has(call) && !this.#isStuck(call)) return false;
    return [...this.#entries.values()].some(({ callback }) => callback.call === call);
  }
}
