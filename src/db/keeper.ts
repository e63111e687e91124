import type { Knex } from 'knex';
import type { Question, WritePart } from './group-write.ts';

/** Rows of keepers' parts, by the parts' names. */
export type KeptRows = Readonly<Record<string, readonly unknown[]>>;

/** Keeps something of what happened, in one transaction with all else that is kept of it. */
export interface Keeper<Fact> {
  readonly parts: readonly WritePart[];
  /** By the names of its parts. */
  rows(facts: readonly Fact[]): KeptRows;
  /** What more than rows may follow from the same facts. */
  readonly more?: {
    readonly question: Question;
    /** @returns what is to be done, in a transaction of its own; null: nothing */
    follow(answer: unknown): ((transaction: Knex) => Promise<void>) | null;
  };
}
