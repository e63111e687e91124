import type { Knex } from 'knex';
import type { CallEvent } from '../src/call/call-event.ts';
import type { Linkedid } from '../src/call/ids.ts';
import { GroupWrite } from '../src/db/group-write.ts';
import type { Keeper, KeptRows } from '../src/db/keeper.ts';
import { onConnection } from '../src/db/prepared.ts';
import { OutboxStore } from '../src/outbox/outbox-store.ts';

/** Commits events, each by itself or all in one group, as the service does, with one keeper. */
export async function keepBy(
  keeper: Keeper<CallEvent>,
  knex: Knex,
  events: readonly CallEvent[],
  together: boolean,
): Promise<void> {
  const fail = (fault: unknown) => {
    throw fault;
  };
  const store = new OutboxStore({ knex, now: () => 1_000, onFatal: fail, keepers: [keeper] });
  const commit = (event: CallEvent) => {
    // One callback for each, so that nothing waits for company.
    const callback = { key: `${Math.random()}`, call: '0.0' as Linkedid, kind: 'EndCall', params: {} } as const;
    return store.commit({ callbacks: [callback], calls: [], events: [event] });
  };
  if (together) await Promise.all(events.map(commit));
  else for (const event of events) await commit(event);
}

/** Writes rows of one keeper's parts, as a commit with them does. */
export async function keepRows(keeper: Keeper<CallEvent>, knex: Knex, rows: KeptRows): Promise<void> {
  const write = new GroupWrite('kept', keeper.parts, ['1']);
  await onConnection(knex, (connection) => write.run(connection, rows, 0));
}
