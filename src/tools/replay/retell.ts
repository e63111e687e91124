import type { Input } from '../../call/ami-event.ts';
import type { CallEvent } from '../../call/call-event.ts';
import { endpointOf, type Rules } from '../../call/classify.ts';
import type { Linkedid, Uniqueid } from '../../call/ids.ts';
import { createState, type TrackerState } from '../../call/state.ts';
import type { Dialect } from '../../crm/dialect.ts';
import { type Change, createFlow } from '../../flow.ts';
import type { Log } from '../../log.ts';
import { CrmSide, type StoryRow, type Told } from './crm-side.ts';
import type { Heard } from './inputs.ts';
import { ReplayRecordings } from './recordings.ts';
import { channelsIn } from './said.ts';

/** One thing that happened in one call, or in several that are one to a person. */
export interface Moment {
  readonly at: number;
  /** null: time passed, and that was all. */
  readonly heard: Heard | null;
  /** Who was in the bridge before a channel entered it. */
  readonly company: readonly string[];
  readonly events: readonly CallEvent[];
  /** A call's state was changed by it. */
  readonly matters: boolean;
  readonly told: readonly Told[];
  /** Every id by which the call, or the calls, are known at that moment. */
  readonly calls: readonly Linkedid[];
}

export interface Retold {
  readonly moments: readonly Moment[];
  readonly rows: readonly StoryRow[];
  /** Calls that the recording's end leaves open. */
  readonly open: readonly Linkedid[];
  readonly objections: readonly string[];
  /** The file of each link to a recording. */
  readonly paths: ReadonlyMap<string, string>;
}

export interface RetellSettings {
  readonly rules: Rules;
  readonly dialect: Dialect;
  readonly timeZone: string;
}

/** As often as the connector looks at the clock. */
const tickMs = 250;

/** Plays what was heard through the connector's own flow, with a model of the CRM at its end. */
export function retell(heard: readonly Heard[], settings: RetellSettings): Retold {
  return new Retelling(heard, settings).all();
}

class Retelling {
  readonly #heard: readonly Heard[];
  readonly #settings: RetellSettings;
  readonly #state: TrackerState;
  readonly #crm: CrmSide;
  readonly #take: (input: Input, at: number) => void;
  readonly #moments: Moment[] = [];
  #now: number;
  #change: Change = nothing;
  readonly #recordings: ReplayRecordings;

  constructor(heard: readonly Heard[], settings: RetellSettings) {
    this.#heard = heard;
    this.#settings = settings;
    this.#state = createState(settings.rules);
    this.#now = heard[0]?.at ?? 0;
    const users = extensionsIn(heard, settings.rules);
    this.#crm = new CrmSide({ ...settings, users, mode: settings.dialect.name, now: () => this.#now });
    this.#recordings = new ReplayRecordings(settings.dialect);
    const commit = (change: Change) => {
      this.#change = change;
    };
    this.#take = createFlow(this.#state, () => settings.dialect, commit, silent);
  }

  all(): Retold {
    for (const one of this.#heard) {
      this.#passTime(one.at);
      this.#hear(one);
    }
    const open = [...this.#state.calls.values()].filter(({ alive }) => alive > 0).map(({ id }) => id);
    const { lateEventMs, hangupGraceMs } = this.#settings.rules;
    this.#passTime(this.#now + lateEventMs + hangupGraceMs + 1000);
    const { paths } = this.#recordings;
    return { moments: this.#moments, rows: this.#crm.rows(), open, objections: this.#crm.objections(), paths };
  }

  #hear(heard: Heard): void {
    const { input } = heard;
    const company = this.#companyOf(input);
    const before = this.#callsOf(heard);
    const change = input === null ? nothing : this.#step(input);
    const calls = new Set([...before, ...this.#callsOf(heard), ...change.calls.map(({ id }) => id)]);
    if (input?.kind === 'snapshot') return this.#tell(heard, change);
    const told = this.#send(change);
    this.#moments.push({
      at: this.#now,
      heard,
      company,
      events: change.events,
      matters: change.calls.length > 0,
      told,
      calls: [...calls],
    });
  }

  /** In the connector's own steps, but not through hours in which nothing is open. */
  #passTime(until: number): void {
    while (this.#now < until) {
      const isIdle = this.#state.calls.size + this.#state.clicks.size === 0;
      this.#now = isIdle ? until : Math.min(until, this.#now + tickMs);
      this.#tell(null, this.#step({ kind: 'tick' }));
      this.#tellPopups();
    }
  }

  #step(input: Input): Change {
    this.#change = nothing;
    this.#take(input, this.#now);
    return this.#change;
  }

  /** What concerned several calls at once is told of each for itself. */
  #tell(heard: Heard | null, { events, callbacks }: Change): void {
    for (const id of new Set(events.map(callOf))) {
      if (id === null) continue;
      const own = events.filter((event) => callOf(event) === id);
      const told = this.#send({ calls: [], events: own, callbacks: callbacks.filter(({ call }) => call === id) });
      this.#moments.push({ at: this.#now, heard, company: [], events: own, matters: true, told, calls: [id] });
    }
  }

  #tellPopups(): void {
    for (const told of this.#crm.passTime())
      this.#moments.push({
        at: this.#now,
        heard: null,
        company: [],
        events: [],
        matters: true,
        told: [told],
        calls: [told.call],
      });
  }

  /** With the links to recordings, which in service follow when the file is final and holds sound. */
  #send({ callbacks, events }: Change): Told[] {
    const links = events.flatMap((event) => this.#recordings.take(event));
    return [...callbacks, ...links].map((callback) => this.#crm.receive(callback));
  }

  #companyOf(input: Input | null): readonly string[] {
    if (input?.kind !== 'bridgeEnter') return [];
    const inside = [...(this.#state.bridges.get(input.bridge) ?? [])];
    return inside.flatMap((uniqueid) => this.#state.channels.get(uniqueid)?.name ?? []);
  }

  #callsOf(heard: Heard): Linkedid[] {
    return channelsIn(heard).flatMap(({ uniqueid, linkedid }) => {
      const channel = this.#state.channels.get(uniqueid as Uniqueid);
      const known = channel === undefined ? [] : [channel.call, ...(channel.part === null ? [] : [channel.part.call])];
      return linkedid === null ? known : [linkedid, ...known];
    });
  }
}

const nothing: Change = { callbacks: [], calls: [], events: [] };

function callOf(event: CallEvent): Linkedid | null {
  return 'leg' in event ? event.leg.call : event.call;
}

/** Everybody with a phone in the recording is taken for a user of the CRM. */
function extensionsIn(heard: readonly Heard[], rules: Rules): string[] {
  const names = heard.flatMap(({ input }) => {
    if (input === null) return [];
    if (input.kind === 'click') return [`x/${input.extension}-`];
    if (input.kind === 'snapshot') return input.channels.map(({ name }) => name);
    if ('dest' in input) return [input.dest.name];
    return 'channel' in input ? [input.channel.name] : [];
  });
  const endpoints = [...new Set(names)].map((name) => endpointOf(name as Parameters<typeof endpointOf>[0], rules));
  return [...new Set(endpoints.flatMap((each) => (each.kind === 'extension' ? [each.extension] : [])))].sort();
}

const silent: Log = (() => {
  const nowhere = () => {};
  return { error: nowhere, warn: nowhere, info: nowhere, debug: nowhere, child: () => silent } as unknown as Log;
})();
