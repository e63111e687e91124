import type { Linkedid } from '../call/ids.ts';
import type { Waiting } from '../db/patience.ts';
import type { Commit } from './outbox-writes.ts';

/** A commit that found no room in memory: nothing of it is kept. */
export class NotKept extends Error {
  override readonly name = 'NotKept';

  constructor() {
    super('the database cannot be written, and the memory for what waits for it is full');
  }
}

/**
 * Measured on the whole process: a call that rings three phones is 15 changes with 29 KB of text, and 113 KB of resident
 * memory with its events, its promises and what the heap leaves unused.
 */
const overheadBytes = 3_000;
const textFactor = 2;

/**
 * Bounds what is kept in memory while the database cannot be written. When it is full, calls that begin are dropped whole,
 * to their ends, so that no call is half told; those that began before are kept on with.
 */
export class Backlog {
  readonly #limitBytes: number;
  readonly #onFull: () => void;
  /** Calls of which something is on disk, or on its way there, and that go on. */
  readonly #known = new Set<Linkedid>();
  readonly #dropped = new Set<Linkedid>();
  #droppedCalls = 0;
  #bytes = 0;
  #changes = 0;
  #isFull = false;

  constructor(limitBytes: number, onFull: () => void) {
    this.#limitBytes = limitBytes;
    this.#onFull = onFull;
  }

  get state(): Waiting {
    return { kept: this.#changes, droppedCalls: this.#droppedCalls };
  }

  /** Calls that were open when the process began. */
  know(calls: Iterable<Linkedid>): void {
    for (const call of calls) this.#known.add(call);
  }

  /** What of a commit is to be written; null: nothing, as it is of calls that are dropped. Call `written` when it is. */
  admit(commit: Commit): Commit | null {
    const admitted = this.#withoutDropped(commit);
    if (admitted === null) return null;
    for (const { id, state } of admitted.calls) {
      if (state === null) this.#known.delete(id);
      else this.#known.add(id);
    }
    this.#changes += 1;
    this.#bytes += weightOf(admitted);
    return admitted;
  }

  written(commit: Commit): void {
    this.#changes -= 1;
    this.#bytes -= weightOf(commit);
    if (this.#changes === 0) this.#isFull = false;
  }

  #withoutDropped(commit: Commit): Commit | null {
    if (this.#bytes >= this.#limitBytes) this.#dropNew(commit);
    if (this.#dropped.size === 0) return commit;
    const isKept = (call: Linkedid) => !this.#dropped.has(call);
    const calls = commit.calls.filter(({ id }) => isKept(id));
    const callbacks = commit.callbacks.filter(({ call }) => isKept(call));
    const isWhole = calls.length === commit.calls.length && callbacks.length === commit.callbacks.length;
    for (const { id, state } of commit.calls) if (state === null) this.#dropped.delete(id);
    if (isWhole) return commit;
    return calls.length + callbacks.length === 0 ? null : { ...commit, calls, callbacks };
  }

  #dropNew({ calls }: Commit): void {
    for (const { id, state } of calls) {
      if (state === null || this.#known.has(id) || this.#dropped.has(id)) continue;
      this.#dropped.add(id);
      this.#droppedCalls += 1;
    }
    if (this.#isFull) return;
    this.#isFull = true;
    this.#onFull();
  }
}

/** Characters of a call's state that is not made yet. */
const usualState = 1_200;

function weightOf({ calls, callbacks }: Commit): number {
  let characters = 0;
  for (const { state } of calls) characters += typeof state === 'function' ? usualState : (state?.length ?? 0);
  for (const { params } of callbacks)
    for (const [name, value] of Object.entries(params)) characters += name.length + value.length;
  return overheadBytes + characters * textFactor;
}
