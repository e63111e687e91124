import type { Knex } from 'knex';
import type { GroupRows, WritePart } from './group-write.ts';
import type { RawConnection } from './prepared.ts';

/** What of a group of changes is to be written by somebody. */
export interface Plan {
  readonly rows?: GroupRows;
  /** What is more than rows; in the same transaction, after them. */
  readonly also?: (transaction: Knex) => Promise<void>;
}

/** Keeps something of what happened, in one transaction with all else that is kept of it. */
export interface Keeper<Fact> {
  readonly parts: readonly WritePart[];
  /** @param connection for looking at what is there; nothing else writes to it until the rows are written */
  plan(facts: readonly Fact[], connection: RawConnection): Plan | Promise<Plan>;
}
