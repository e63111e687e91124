import type { Knex } from 'knex';
import type { CallEvent } from '../call/call-event.ts';
import type { Callback } from '../crm/callback.ts';
import { HeldEvents } from './held-events.ts';
import type { Commit, OutboxStore } from './outbox-store.ts';

interface Teller {
  callbacks(event: CallEvent): readonly Callback[];
}

/**
 * Writes changes, and those events that are to be told later.
 *
 * @param onReleased told when what was held has become callbacks
 */
export function createHold(knex: Knex, store: OutboxStore, onReleased: () => void) {
  let underWay = 0;
  return {
    async commit(commit: Commit, held: readonly CallEvent[]): Promise<void> {
      if (held.length === 0) return store.commit(commit);
      underWay += 1;
      const also = async (transaction: Knex) => {
        await commit.also?.(transaction);
        await new HeldEvents(transaction).hold(held);
      };
      try {
        await store.commit({ ...commit, also });
      } finally {
        underWay -= 1;
      }
    },
    /** @param done called in the very turn in which nothing is held, nor on its way to be */
    async release(dialect: Teller, done: () => void): Promise<void> {
      for (;;) {
        const some = await store.reading(() => new HeldEvents(knex).some());
        if (some.length === 0 && underWay === 0) return done();
        const callbacks = some.flatMap(({ event }) => dialect.callbacks(event));
        const also = (transaction: Knex) => new HeldEvents(transaction).release(some);
        await store.commit({ callbacks, calls: [], also });
        onReleased();
      }
    },
  };
}
