import { createDecode } from '../src/ami/decode.ts';
import { Reader } from '../src/ami/reader.ts';
import { wantedBy } from '../src/ami/wanted.ts';
import { createState, type TrackerState } from '../src/call/state.ts';
import { step } from '../src/call/tracker.ts';
import { rules } from '../test/call/office.ts';
import { liveMegabytes } from '../test/memory.ts';
import type { Figure, Part } from './part.ts';
import { median } from './spread.ts';
import { fill, loadTape, type Tape } from './tape.ts';

const counts = [10, 100, 1_000, 5_000, 20_000];
/** Calls from outside and to the outside, answered and not. */
const scenarios = ['s01', 's02', 's03', 's05', 's06', 's08', 's09', 's14'];
/** Of the recordings, which nobody looks for here. */
const folder = '/var/spool/asterisk/monitor';
/** A conversation, in which the open calls stay. */
const talking = 's01';
/** That begin and end while the others are open, at the same time. */
const together = 40;
const batches = 25;
/** So often that the collections of garbage, which are seldom and long where much is kept, count as they do in service. */
const passes = 8;
const rounds = 3;

/** From the bytes to what the call core says of them. */
export const openCalls: Part = {
  name: 'open-calls',
  about: 'What understanding an event takes while 10 to 20,000 other calls are open.',
  async measure() {
    const epoch = 1_800_000_000;
    const conversation = await loadTape(talking, epoch, folder);
    const tapes = await Promise.all(scenarios.map((scenario) => loadTape(scenario, epoch, folder)));
    const load = batchesOf(tapes);
    // What is compiled last changes the first figures.
    for (let n = 0; n < 2; n += 1) microseconds(new Office(conversation, 10), load);
    const each = new Map<number, number[]>(counts.map((count) => [count, []]));
    for (let round = 0; round < rounds; round += 1)
      for (const count of counts) {
        const office = new Office(conversation, count);
        liveMegabytes();
        each.get(count)?.push(microseconds(office, load));
      }
    return figures([...each].map(([count, of]) => [count, median(of)] as const));
  },
};

function figures(each: readonly (readonly [number, number])[]): Figure[] {
  const [first = Number.NaN, last = Number.NaN] = [each[0]?.[1], each.at(-1)?.[1]];
  return [
    ...each.map(([count, connector]) => {
      return { name: `an event while ${count.toLocaleString('en')} calls are open`, unit: 'us', connector };
    }),
    {
      name: `the same at ${counts.at(-1)} calls, in parts of that at ${counts[0]}`,
      unit: 'x',
      connector: last / first,
      target: { is: 'most', value: 1.1 },
    },
  ];
}

/** What comes at one moment of all calls of a batch. */
interface Batch {
  readonly chunks: readonly string[];
  readonly events: number;
}

function batchesOf(tapes: readonly Tape[]): Batch[] {
  return Array.from({ length: batches }, (_, batch) => {
    const playing = Array.from({ length: together }, (_, n) => tapes[n % tapes.length] as Tape);
    const moments = Math.max(...playing.map((tape) => tape.moments.length));
    const at = (moment: number) =>
      playing.flatMap((tape, n) => {
        const form = tape.moments[moment];
        return form === undefined ? [] : [fill(form, 1 + batch * together + n)];
      });
    const chunks = Array.from({ length: moments }, (_, moment) => Buffer.concat(at(moment)).toString('utf8'));
    return { chunks, events: playing.reduce((sum, tape) => sum + tape.events, 0) };
  });
}

/** A call core that is told what a socket gives, with a number of calls in it that go on. */
class Office {
  readonly #state: TrackerState = createState(rules);
  readonly #reader: Reader;
  #now = 1_800_000_000_000;

  constructor(conversation: Tape, count: number) {
    const decode = createDecode([]);
    this.#reader = new Reader({
      wanted: wantedBy([]),
      onDropped: () => {},
      onPacket: (packet) => {
        const input = decode(packet);
        if (input !== null) step(this.#state, input, this.#now);
      },
    });
    const kept = conversation.moments.slice(0, answeredAt(conversation) + 1);
    for (let n = 0; n < count; n += 1)
      for (const moment of kept) this.read(ofMoreUsers(fill(moment, 100_000 + n).toString('utf8'), n));
    if (this.open !== count) throw new Error(`${this.open} calls are open, not ${count}`);
  }

  get open(): number {
    return this.#state.calls.size;
  }

  read(chunk: string): void {
    this.#now += 10;
    this.#reader.read(chunk);
    step(this.#state, { kind: 'tick' }, this.#now);
  }

  /** Until what has ended is forgotten. */
  rest(): void {
    this.#now += 10_000;
    step(this.#state, { kind: 'tick' }, this.#now);
  }
}

/** Nobody is in twenty calls at once: tapes have 900 users for a conversation, these have 8,100. */
const ofMoreUsers = (text: string, n: number) =>
  text.replace(/\b(?=\d{3}0[1-5]\b)/g, String(1 + (Math.floor(n / 900) % 9)));

const answeredAt = ({ moments }: Tape) =>
  moments.findLastIndex(({ effects }) => effects.some(({ kind }) => kind === 'DialAnswer'));

function microseconds(office: Office, load: readonly Batch[]): number {
  const before = office.open;
  let events = 0;
  const begun = process.cpuUsage();
  for (let pass = 0; pass < passes; pass += 1)
    for (const batch of load) {
      for (const chunk of batch.chunks) office.read(chunk);
      office.rest();
      events += batch.events;
    }
  const { user, system } = process.cpuUsage(begun);
  if (office.open !== before) throw new Error(`${office.open - before} calls have not ended`);
  return (user + system) / events;
}
