import type { Knex } from 'knex';
import type { CallEvent } from '../call/call-event.ts';

interface HeldRow {
  id: number;
  event: string;
}

export interface HeldEvent {
  readonly id: number;
  readonly event: CallEvent;
}

/** No more in one go, so that a day of them does not fill the memory. */
const portion = 500;

/**
 * Call events of which the CRM could not be told yet, because it is not known how this CRM wants to be told. A transaction
 * is a Knex too: `new HeldEvents(transaction)` writes within it.
 */
export class HeldEvents {
  readonly #knex: Knex;

  constructor(knex: Knex) {
    this.#knex = knex;
  }

  async hold(events: readonly CallEvent[]): Promise<void> {
    for (const event of events) await this.#rows().insert({ event: JSON.stringify(event) });
  }

  /** The oldest first. */
  async some(): Promise<HeldEvent[]> {
    const rows = await this.#rows().orderBy('id').limit(portion);
    return rows.map(({ id, event }) => ({ id, event: JSON.parse(event) as CallEvent }));
  }

  async release(held: readonly HeldEvent[]): Promise<void> {
    const last = held.at(-1)?.id ?? 0;
    await this.#rows().where('id', '<=', last).delete();
  }

  #rows(): Knex.QueryBuilder<HeldRow, HeldRow[]> {
    return this.#knex<HeldRow>('held_events');
  }
}
