import type { ActionResult, AmiAction, SendOptions } from './action.ts';
import type { Packet } from './packet.ts';

type Send = (action: AmiAction, options?: SendOptions) => Promise<ActionResult>;

/** The actions that the account may use, in lower case: ListCommands (16 and 22) leaves out those without the right. */
export async function allowedActions(send: Send): Promise<ReadonlySet<string> | null> {
  const result = await send({ Action: 'ListCommands' });
  return result.kind === 'answered' ? new Set(result.response.keys()) : null;
}

const neededActions = [
  ['Originate', 'write class `originate`', 'click-to-call will fail'],
  [
    'CoreShowChannels',
    'write class `reporting`',
    'calls that ended while the link was down stay open until they time out',
  ],
] as const;

/** What the account cannot do and should, one text each. */
export function missingRights(allowed: ReadonlySet<string>): string[] {
  return neededActions
    .filter(([action]) => !allowed.has(action.toLowerCase()))
    .map(([action, right, effect]) => `may not ${action}: it needs ${right}; ${effect}`);
}

/** A technology that no Asterisk has. */
const noTechnology = 'VtigerRightsProbe/none';

/**
 * Whether the account is shown calls (read class `call`); null when that could not be found out. Asterisk does not tell:
 * Login and Events are answered Success in any case. But an Originate that must fail is answered by an OriginateResponse,
 * an event of class `call`, without a channel (16.28 and 22.10). It leaves one line in Asterisk's log,
 * "No channel type registered for 'VtigerRightsProbe'".
 */
export async function isShownCalls(send: Send, timeoutMs: number): Promise<boolean | null> {
  const probe = { Action: 'Originate', Channel: noTechnology, Application: 'NoOp', Async: 'true' };
  const isOutcome = (event: Packet) => event.get('event')?.toLowerCase() === 'originateresponse';
  const result = await send(probe, { timeoutMs, until: isOutcome });
  if (result.kind === 'answered') return true;
  return result.kind === 'timedOut' ? false : null;
}

/** So many calls do not go by without a Cdr: unanswered ones may have none. */
const enoughBridged = 10;

/** Sees from the events themselves that the Cdr are missing; says so once. */
export class CdrWatch {
  #bridged = 0;
  #isDone = false;

  /** @returns the complaint, at the one event that completes the evidence; null otherwise */
  see(packet: Packet): string | null {
    if (this.#isDone) return null;
    const event = packet.get('event')?.toLowerCase();
    if (event === 'cdr') this.#isDone = true;
    if (event === 'bridgeenter') this.#bridged += 1;
    if (event !== 'hangup' || this.#bridged < enoughBridged) return null;
    this.#isDone = true;
    return 'calls are seen, but no Cdr: it needs read class `cdr`, and `enabled = yes` in cdr_manager.conf; recordings may not be found';
  }
}
