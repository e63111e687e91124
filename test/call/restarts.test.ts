import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { AmiEvent, ChannelFacts, Input } from '../../src/call/ami-event.ts';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Linkedid } from '../../src/call/ids.ts';
import { restore, save } from '../../src/call/saved.ts';
import { createState, type TrackerState } from '../../src/call/state.ts';
import { step } from '../../src/call/tracker.ts';
import { begin, bridge, channel, dial, dialEnds, hangs, rules } from './office.ts';

/** The core and what the database has of it, through restarts. */
class Kept {
  state: TrackerState = createState(rules);
  readonly stored = new Map<Linkedid, string>();
  readonly open = new Set<string>();
  now = 0;

  say(input: Input, after = 0): void {
    this.now += after;
    const { events, touched } = step(this.state, input, this.now);
    for (const event of events) this.note(event);
    for (const id of touched) {
      const text = save(this.state, id);
      if (text === null) this.stored.delete(id);
      else this.stored.set(id, text);
    }
  }

  note(event: CallEvent): void {
    if (!('leg' in event)) return;
    const key = `${event.leg.call} ${event.leg.extension}`;
    if (event.kind === 'ended') this.open.delete(key);
    else this.open.add(key);
  }

  restart(): void {
    this.state = createState(rules);
    for (const text of this.stored.values()) restore(this.state, text, this.now);
  }
}

const names = ['PJSIP/provider-1', 'PJSIP/101-2', 'PJSIP/101-3', 'PJSIP/102-4', 'Local/102@x-1;1', 'Local/102@x-1;2'];
const calls = ['1.0', '1.2', '1.5'] as const;

/** Any channel, in any of three calls: Asterisk moves channels from one to another without a word. */
const anyChannel = fc
  .tuple(fc.nat(names.length - 1), fc.constantFrom(...calls), fc.constantFrom(0, 4, 5, 6))
  .map(([n, call, state]): ChannelFacts => channel(names[n] ?? '', `1.${n}`, call, { state, exten: '84951112233' }));

const anyEvent: fc.Arbitrary<AmiEvent> = fc.oneof(
  anyChannel.map(begin),
  anyChannel.map((facts): AmiEvent => ({ kind: 'newState', channel: facts })),
  fc.tuple(fc.option(anyChannel), anyChannel).map(([from, to]) => dial(from, to, '84951112233@provider')),
  fc.tuple(anyChannel, fc.constantFrom('ANSWER', 'BUSY', 'CANCEL')).map(([to, word]) => dialEnds(null, to, word)),
  fc.tuple(anyChannel, fc.constantFrom('a', 'b')).map(
    ([facts, room]): AmiEvent => ({
      kind: 'bridgeEnter',
      bridge: bridge(room),
      holding: room === 'b',
      channel: facts,
    }),
  ),
  anyChannel.map((facts): AmiEvent => ({ kind: 'bridgeLeave', bridge: bridge('a'), channel: facts })),
  anyChannel.map((facts): AmiEvent => ({ kind: 'hangupRequest', channel: facts })),
  fc.tuple(anyChannel, fc.constantFrom(16, 17, 19, 26)).map(([facts, cause]) => hangs(facts, cause)),
);

test('however channels move between calls, and whenever the connector is restarted, all ends and nothing is left', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 9, arbitrary: anyEvent }, fc.constant('restart' as const)), { maxLength: 50 }),
      (story) => {
        const kept = new Kept();
        for (const word of story) {
          if (word === 'restart') kept.restart();
          else kept.say(word, 10);
        }
        kept.say({ kind: 'snapshot', channels: [], since: kept.now + 1, heardUntil: kept.now }, 1);
        for (let n = 0; n < 3; n += 1) kept.say({ kind: 'tick' }, 100_000);
        expect([...kept.open]).toEqual([]);
        expect([
          kept.state.calls.size,
          kept.state.channels.size,
          kept.state.bridges.size,
          kept.state.halves.size,
        ]).toEqual([0, 0, 0, 0]);
        expect([...kept.stored.keys()]).toEqual([]);
      },
    ),
    { numRuns: 10_000 },
  );
});
