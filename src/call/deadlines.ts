import { Fifo } from './fifo.ts';
import type { Linkedid, Uniqueid } from './ids.ts';

/** What a passing of time brings about. */
export type Deadline =
  /** The late events of a call without channels have had their time. */
  | { readonly kind: 'close'; readonly call: Linkedid }
  /** A dial ended, but the phone's Hangup has not come. */
  | { readonly kind: 'ringEnd'; readonly channel: Uniqueid }
  /** Nobody of ours is in a call any more that goes on: with somebody outside, or in a menu. */
  | { readonly kind: 'idle'; readonly call: Linkedid }
  /** An Originate was never answered. */
  | { readonly kind: 'click'; readonly actionId: string };

interface Entry {
  readonly due: number;
  readonly deadline: Deadline;
}

/**
 * Deadlines in the order in which they fall due. Each kind has one constant delay, so each kind's queue is in order by
 * itself and a tick looks at a few heads, however many calls are open.
 */
export interface Deadlines {
  add(due: number, deadline: Deadline): void;
  /** Takes out what is due at `at`. */
  due(at: number): Deadline[];
  /** The clock was set back: all that is waited for falls due by so much earlier. */
  shift(ms: number): void;
}

export function createDeadlines(): Deadlines {
  const queues = new Map<Deadline['kind'], Fifo<Entry>>();
  const takeDue = (queue: Fifo<Entry>, at: number, found: Entry[]): void => {
    while (queue.head !== undefined && queue.head.due <= at) {
      found.push(queue.head);
      queue.shift();
    }
  };
  return {
    add(due, deadline) {
      const queue = queues.get(deadline.kind) ?? new Fifo();
      queues.set(deadline.kind, queue);
      queue.push({ due, deadline });
    },
    shift(ms) {
      for (const queue of queues.values()) queue.replaceEach(({ due, deadline }) => ({ due: due - ms, deadline }));
    },
    due(at) {
      const found: Entry[] = [];
      for (const queue of queues.values()) takeDue(queue, at, found);
      return found.sort((a, b) => a.due - b.due).map((entry) => entry.deadline);
    },
  };
}
