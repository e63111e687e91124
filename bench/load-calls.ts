import { setTimeout as pause } from 'node:timers/promises';
import { type LivingCall, livingCall } from '../test/faults/planned-call.ts';

/** A call of a load, and what its records' ids are made of. */
export interface LoadCall {
  readonly call: LivingCall;
  readonly kind: string;
  readonly linkedid: string;
  readonly serial: number;
}

/** Makes calls of these kinds (scenarios of the captures) in turn, each of its own channels. */
export class LoadCalls {
  readonly #kinds: readonly string[];
  #made = 0;

  constructor(kinds: readonly string[]) {
    this.#kinds = kinds;
  }

  /** Lets calls begin, `rate` a second, for some seconds. */
  async during(seconds: number, rate: number, begin: (made: LoadCall) => void): Promise<void> {
    const from = Date.now();
    for (let n = 0; n < seconds * rate; n += 1) {
      const wait = from + (n * 1000) / rate - Date.now();
      if (wait > 0) await pause(wait);
      begin(await this.#next());
    }
  }

  async #next(): Promise<LoadCall> {
    this.#made += 1;
    const kind = this.#kinds[this.#made % this.#kinds.length] ?? '';
    const serial = (this.#made % 9_000) + 1;
    const epoch = Math.floor(Date.now() / 1000);
    const call = await livingCall(kind, { serial, epoch, count: this.#made * 1_000 });
    const packets = call.moments.flatMap((moment) => moment.packets);
    const first = packets.find(({ headers }) => headers.get('event') === 'Newchannel');
    return { call, kind, linkedid: first?.headers.get('linkedid') ?? '', serial };
  }
}
