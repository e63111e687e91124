import type { AmiEvent, ChannelFacts, Input, ListedChannel } from '../../src/call/ami-event.ts';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Rules } from '../../src/call/classify.ts';
import type { BridgeId, ChannelName, Linkedid, Uniqueid } from '../../src/call/ids.ts';
import { createState, type TrackerState } from '../../src/call/state.ts';
import { step } from '../../src/call/tracker.ts';

export const rules: Rules = {
  extensionPattern: /^[0-9]{2,6}$/,
  trunks: new Set(['5000']),
  missedExtension: () => null,
  lateEventMs: 2000,
  hangupGraceMs: 1000,
  idleMs: 60_000,
  clickLimitMs: 90_000,
};

/** A channel as the tests write it: `PJSIP/101-1`, in the call of another one. */
export function channel(name: string, id: string, call = id, more: Partial<ChannelFacts> = {}): ChannelFacts {
  return {
    name: name as ChannelName,
    uniqueid: id as Uniqueid,
    linkedid: call as Linkedid,
    state: 0,
    callerNumber: '',
    callerName: '',
    exten: '',
    ...more,
  };
}

/** A channel in the list after a reconnect. */
export const listed = (
  facts: ChannelFacts,
  room: string | null = null,
  state = facts.state,
  ageMs = 0,
): ListedChannel => ({
  ...facts,
  state,
  ageMs,
  bridge: room as BridgeId | null,
});

export const bridge = (id: string): BridgeId => id as BridgeId;

/** Feeds the core and keeps what it said, with times relative to the start. */
export class Core {
  readonly state: TrackerState;
  readonly events: CallEvent[] = [];
  now = 0;

  constructor(own: Rules = rules) {
    this.state = createState(own);
  }

  /** How calls ended as a whole; apart from the rest, which is told of users' parts. */
  readonly finishes: Extract<CallEvent, { kind: 'finished' }>[] = [];

  /** Says one input `after` milliseconds later. */
  say(input: Input, after = 0): CallEvent[] {
    this.now += after;
    const { events } = step(this.state, input, this.now);
    this.finishes.push(...events.filter((event) => event.kind === 'finished'));
    const parts = events.filter((event) => event.kind !== 'finished');
    this.events.push(...parts);
    return parts;
  }

  pass(ms: number): CallEvent[] {
    return this.say({ kind: 'tick' }, ms);
  }

  get isEmpty(): boolean {
    const { channels, calls, bridges, clicks } = this.state;
    return channels.size + calls.size + bridges.size + clicks.size === 0;
  }

  /** What happened, as lines: `0.0 rang 101 inbound 79211001011`. */
  get story(): string[] {
    return this.events.map(line);
  }
}

export function line(event: CallEvent): string {
  const at = (event.at / 1000).toFixed(1);
  if (event.kind === 'surprise') return `${at} surprise ${event.text}`;
  if (event.kind === 'recorded') return `${at} recorded ${event.path}`;
  if (event.kind === 'closed') return `${at} closed ${event.talked.map(({ leg }) => leg.extension).join(',')}`;
  if (event.kind === 'unrung') return `${at} unrung ${event.party.number} line ${event.line}`;
  if (event.kind === 'finished')
    return `${at} finished ${event.owner.extension} ${event.outcome} talked ${(event.talkedMs / 1000).toFixed(1)}`;
  const { extension, direction, party, ring } = event.leg;
  const who = `${extension} ${direction} ${party.number}${ring > 1 ? ` ring ${ring}` : ''}`;
  return event.kind === 'ended'
    ? `${at} ended ${who} ${event.outcome} talked ${(event.talkedMs / 1000).toFixed(1)}`
    : `${at} ${event.kind} ${who}`;
}

const customer = { callerNumber: '79211001011', callerName: 'Ivan', exten: '74951112233' };

/** The first channel of an inbound call, as chan_pjsip makes it. */
export const trunkIn = (id = '1.1', more: Partial<ChannelFacts> = {}): ChannelFacts =>
  channel(`PJSIP/provider-${id}`, id, id, { state: 4, ...customer, ...more });

export const phone = (extension: string, id: string, call = '1.1', more: Partial<ChannelFacts> = {}): ChannelFacts =>
  channel(`PJSIP/${extension}-${id}`, id, call, more);

export const begin = (facts: ChannelFacts): AmiEvent => ({ kind: 'newChannel', channel: facts });
export const dial = (source: ChannelFacts | null, dest: ChannelFacts, dialString = ''): AmiEvent => ({
  kind: 'dialBegin',
  source,
  dest,
  dialString,
});
export const rings = (facts: ChannelFacts): AmiEvent => ({ kind: 'newState', channel: { ...facts, state: 5 } });
export const dialEnds = (source: ChannelFacts | null, dest: ChannelFacts, status: string): AmiEvent => ({
  kind: 'dialEnd',
  source,
  dest,
  status,
});
export const enters = (facts: ChannelFacts, id = 'b1'): AmiEvent => ({
  kind: 'bridgeEnter',
  bridge: bridge(id),
  holding: false,
  channel: facts,
});
export const leaves = (facts: ChannelFacts, id = 'b1'): AmiEvent => ({
  kind: 'bridgeLeave',
  bridge: bridge(id),
  channel: facts,
});
export const hangs = (facts: ChannelFacts, cause = 16): AmiEvent => ({ kind: 'hangup', channel: facts, cause });

export const caller = trunkIn();
export const p101 = phone('101', '1.2');
export const p102 = phone('102', '1.3');

/** A caller from outside rings these phones. */
export function ringing(...phones: ChannelFacts[]): Core {
  const core = new Core();
  core.say(begin(caller));
  for (const each of phones) rung(core, caller, each);
  return core;
}

/** One channel dials a phone, which rings. */
export function rung(core: Core, source: ChannelFacts, each: ChannelFacts): void {
  core.say(begin(each));
  core.say(dial(source, each));
  core.say(rings(each));
}

/** A phone that rings is answered, and the two are bridged. */
export function answers(core: Core, source: ChannelFacts, each: ChannelFacts, room = 'b1'): void {
  core.say(dialEnds(source, each, 'ANSWER'));
  core.say(enters(each, room));
  core.say(enters(source, room));
}
