import type { ActionResult, AmiAction, SendOptions } from './action.ts';
import { allowedActions } from './rights.ts';
import { eventMask } from './wanted.ts';

export type Preparation =
  | { readonly kind: 'prepared'; readonly allowed: ReadonlySet<string> }
  /** Some filters stand and some do not: events would be missing. */
  | { readonly kind: 'halfFiltered'; readonly reason: string }
  | { readonly kind: 'failed'; readonly reason: string };

type Send = (action: AmiAction, options?: SendOptions) => Promise<ActionResult>;

/**
 * After the login: asks for the events that are used, and for no others as far as the account's rights go.
 *
 * @param filters what lets an event pass; none: every event is let pass
 */
export async function prepare(send: Send, filters: readonly string[]): Promise<Preparation> {
  const mask = await send({ Action: 'Events', EventMask: eventMask });
  if (mask.kind !== 'answered') return { kind: 'failed', reason: `Action Events: ${failure(mask)}` };
  const allowed = await allowedActions(send);
  if (allowed === null) return { kind: 'failed', reason: 'Action ListCommands was not answered' };
  // Filter needs write class `system`, which also restarts Asterisk: most accounts rightly lack it.
  if (filters.length === 0 || !allowed.has('filter')) return { kind: 'prepared', allowed };
  return (await filterEvents(send, filters)) ?? { kind: 'prepared', allowed };
}

/** With the first filter everything else is refused, until the others stand too: only a resync afterwards makes that good. */
async function filterEvents(send: Send, filters: readonly string[]): Promise<Preparation | null> {
  const results = await Promise.all(filters.map((Filter) => send({ Action: 'Filter', Operation: 'Add', Filter })));
  const refused = results.find((result) => result.kind !== 'answered');
  if (refused === undefined) return null;
  return { kind: 'halfFiltered', reason: `Action Filter: ${failure(refused)}` };
}

const failure = (result: ActionResult) => (result.kind === 'rejected' ? result.message : result.kind);
