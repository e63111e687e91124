import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { AmiEvent, ChannelFacts } from '../../src/call/ami-event.ts';
import type { CallEvent } from '../../src/call/call-event.ts';
import { begin, bridge, Core, channel, dial, dialEnds, hangs, line } from './office.ts';

/** Six channels in two calls: everything Asterisk could say of them, in any order. */
function universe(call: string, names: readonly string[]): ChannelFacts[] {
  return names.map((name, n) =>
    channel(name, n === 0 ? call : `${call}${n}`, call, { exten: '84951112233', callerNumber: '7900' }),
  );
}
const inbound = universe('1.', ['PJSIP/provider-1', 'PJSIP/101-2', 'SIP/102-3', 'PJSIP/101-4', 'Local/104@x-1;1']);
const outbound = universe('2.', ['SIP/103-1', 'PJSIP/provider-2', 'PJSIP/backup-3']);

function anyEvent(channels: readonly ChannelFacts[], room: string): fc.Arbitrary<AmiEvent> {
  const one = fc
    .tuple(fc.constantFrom(...channels), fc.constantFrom(0, 3, 4, 5, 6))
    .map(([facts, state]) => ({ ...facts, state }));
  const status = fc.constantFrom('ANSWER', 'BUSY', 'NOANSWER', 'CANCEL', 'CONGESTION', 'RINGING', 'PROGRESS');
  const source = fc.option(one);
  return fc.oneof(
    one.map(begin),
    one.map((facts): AmiEvent => ({ kind: 'newState', channel: facts })),
    fc.tuple(source, one).map(([from, to]) => dial(from, to, 'x/84951112233')),
    fc.tuple(one, status).map(([dest, word]): AmiEvent => ({ kind: 'dialState', dest, status: word })),
    fc.tuple(source, one, status).map(([from, to, word]) => dialEnds(from, to, word)),
    one.map((facts): AmiEvent => ({ kind: 'bridgeEnter', bridge: bridge(room), holding: false, channel: facts })),
    one.map((facts): AmiEvent => ({ kind: 'bridgeLeave', bridge: bridge(room), channel: facts })),
    fc.tuple(one, fc.constantFrom(0, 16, 17, 19, 21, 26, 127)).map(([facts, cause]) => hangs(facts, cause)),
    one.map(
      (facts): AmiEvent => ({
        kind: 'recording',
        uniqueid: facts.uniqueid,
        path: `/${room}.wav`,
        from: 'variable',
      }),
    ),
    one.map((facts): AmiEvent => ({ kind: 'hangupRequest', channel: facts })),
    fc.tuple(one, one).map(([facts, other]): AmiEvent => ({ kind: 'pickup', channel: facts, target: other.uniqueid })),
    fc.tuple(fc.boolean(), fc.constantFrom(0, 3, 4, 5), one).map(
      ([success, reason, facts]): AmiEvent => ({
        kind: 'originateResponse',
        actionId: 'a1',
        success,
        reason,
        uniqueid: success ? facts.uniqueid : null,
      }),
    ),
  );
}

const inboundEvents = fc.array(anyEvent(inbound, 'a'), { maxLength: 60 });
const outboundEvents = fc.array(anyEvent(outbound, 'b'), { maxLength: 30 });
const runs = { numRuns: 1000 };

function finish(core: Core, channels: readonly ChannelFacts[]): void {
  for (const facts of channels) core.say(hangs(facts, 16), 1);
  core.pass(200_000);
  core.pass(200_000);
}

function played(events: readonly AmiEvent[], channels: readonly ChannelFacts[]): Core {
  const core = new Core();
  for (const event of events) core.say(event, 10);
  finish(core, channels);
  return core;
}

describe('whatever Asterisk says', () => {
  test('once all channels are gone and time has passed, nothing is left', () => {
    fc.assert(
      fc.property(inboundEvents, (events) => {
        expect(played(events, inbound).isEmpty).toBe(true);
      }),
      runs,
    );
  });

  test('every ring ends, once, and no answer comes after the end', () => {
    fc.assert(
      fc.property(inboundEvents, (events) => {
        const rounds = roundsOf(played(events, inbound).events);
        for (const words of rounds.values())
          expect(words.join(' ')).toMatch(/^rang (answered )?(ended|lost|ended lost)$/);
      }),
      runs,
    );
  });

  test('times never run backwards within a record, and nobody talks longer than it lasts', () => {
    fc.assert(
      fc.property(outboundEvents, (events) => {
        for (const event of played(events, outbound).events) {
          if (event.kind !== 'ended') continue;
          expect(event.at).toBeGreaterThanOrEqual(event.leg.startedAt);
          expect(event.talkedMs).toBeLessThanOrEqual(event.at - event.leg.startedAt);
        }
      }),
      runs,
    );
  });

  test('two calls mixed tell the same as each alone', () => {
    fc.assert(
      fc.property(inboundEvents, outboundEvents, fc.array(fc.boolean(), { maxLength: 90 }), (left, right, order) => {
        const both = new Core();
        const mixed = interleave(left, right, order);
        for (const event of mixed) both.say(event);
        const alone = (events: readonly AmiEvent[]) => {
          const core = new Core();
          for (const event of events) core.say(event);
          return core.events.map(line).sort();
        };
        expect(both.events.map(line).sort()).toEqual([...alone(left), ...alone(right)].sort());
      }),
      runs,
    );
  });

  test('any beginning of a stream is safe: what comes later finds its way', () => {
    fc.assert(
      fc.property(inboundEvents, fc.nat(60), (events, from) => {
        expect(played(events.slice(from), inbound).isEmpty).toBe(true);
      }),
      runs,
    );
  });

  test('a snapshot without channels ends everything', () => {
    fc.assert(
      fc.property(inboundEvents, (events) => {
        const core = new Core();
        for (const event of events) core.say(event, 10);
        core.say({ kind: 'snapshot', channels: [], since: core.now + 1, heardUntil: core.now }, 1);
        core.pass(200_000);
        core.pass(200_000);
        expect(core.isEmpty).toBe(true);
        expect(openEnds(core.events)).toEqual([]);
      }),
      runs,
    );
  });
});

function interleave(left: readonly AmiEvent[], right: readonly AmiEvent[], order: readonly boolean[]): AmiEvent[] {
  const queues: [AmiEvent[], AmiEvent[]] = [[...left], [...right]];
  const mixed: AmiEvent[] = [];
  for (const first of order) {
    const event = queues[first ? 0 : 1].shift();
    if (event !== undefined) mixed.push(event);
  }
  return [...mixed, ...queues[0], ...queues[1]];
}

/** What was told of each ring, as words. */
function roundsOf(events: readonly CallEvent[]): Map<string, string[]> {
  const rounds = new Map<string, string[]>();
  for (const event of events) {
    if (!('leg' in event)) continue;
    const key = `${event.leg.call} ${event.leg.extension} ${event.leg.ring}`;
    const word = event.kind === 'ended' && event.outcome === 'answered-elsewhere' ? 'lost' : event.kind;
    rounds.set(key, [...(rounds.get(key) ?? []), word]);
  }
  return rounds;
}

/** Records that were begun and never ended. */
function openEnds(events: readonly CallEvent[]): string[] {
  const open = new Set<string>();
  for (const event of events) {
    if (!('leg' in event)) continue;
    const key = `${event.leg.call} ${event.leg.extension}`;
    if (event.kind === 'ended') open.delete(key);
    else open.add(key);
  }
  return [...open];
}
