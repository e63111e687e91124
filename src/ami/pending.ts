import type { Clock } from '../clock.ts';
import type { ActionResult, SendOptions } from './action.ts';
import type { Packet } from './packet.ts';

interface Pending {
  readonly settle: (result: ActionResult) => void;
  readonly until: ((event: Packet) => boolean) | undefined;
  readonly events: Packet[];
  response: Packet | null;
}

/** The actions of one connection that wait for their answer, each with its own deadline. */
export class PendingActions {
  readonly #clock: Clock;
  readonly #actions = new Map<string, Pending>();
  #collecting = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  has(actionId: string): boolean {
    return this.#actions.has(actionId);
  }

  /** Whether an action wants events. */
  get isCollecting(): boolean {
    return this.#collecting > 0;
  }

  /** Never rejects. `settled` is called in any case, before the promise resolves. */
  add(
    actionId: string,
    timeoutMs: number,
    until: SendOptions['until'] | undefined,
    settled: () => void,
  ): Promise<ActionResult> {
    return new Promise((resolve) => {
      const cancel = this.#clock.after(timeoutMs, () => settle({ kind: 'timedOut' }));
      const settle = (result: ActionResult) => {
        cancel();
        if (this.#actions.delete(actionId) && until !== undefined) this.#collecting -= 1;
        settled();
        resolve(result);
      };
      this.#actions.set(actionId, { settle, until, events: [], response: null });
      if (until !== undefined) this.#collecting += 1;
    });
  }

  /**
   * Gives a packet to the action that it answers, if there is one.
   * An OriginateResponse is an event although it has a `Response` header and an Originate's ActionID.
   *
   * @returns whether the packet has found its place and is of no interest to anybody else
   */
  take(packet: Packet): boolean {
    const pending = this.#actions.get(packet.get('actionid') ?? '');
    if (pending === undefined) return false;
    return packet.has('event') ? collect(pending, packet) : respond(pending, packet);
  }

  failAll(): void {
    for (const pending of [...this.#actions.values()]) pending.settle({ kind: 'down' });
  }
}

function respond(pending: Pending, response: Packet): boolean {
  if (response.get('response')?.toLowerCase() === 'error')
    pending.settle({ kind: 'rejected', message: response.get('message') ?? 'no reason given' });
  else if (pending.until === undefined) pending.settle({ kind: 'answered', response, events: [] });
  else {
    pending.response = response;
    complete(pending);
  }
  return true;
}

function collect(pending: Pending, event: Packet): boolean {
  if (pending.until === undefined) return false;
  pending.events.push(event);
  complete(pending);
  return true;
}

/** The last event may come before the response. */
function complete({ response, events, until, settle }: Pending): void {
  if (response !== null && until !== undefined && events.some(until)) settle({ kind: 'answered', response, events });
}
