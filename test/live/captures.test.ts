import { beforeAll, describe, expect, test } from 'vitest';
import type { Extension } from '../../src/call/ids.ts';
import { restore, save } from '../../src/call/saved.ts';
import { createState } from '../../src/call/state.ts';
import { salesPlatform } from '../../src/crm/salesplatform.ts';
import type { LiveCall, Snapshot } from '../../src/live/snapshot.ts';
import { rules } from '../call/office.ts';
import { allStreams, type Stream } from '../golden/streams.ts';
import { settings, Told } from './told.ts';

let streams: Stream[];

beforeAll(async () => {
  streams = await allStreams();
}, 120_000);

const agents = ['101', '102', '103', '104', '105'];

/** Plays a stream and looks after each of its events. */
function play(stream: Stream, look: (told: Told, at: number) => void): Told {
  const told = new Told();
  const tick = 250;
  let next = stream.heard[0]?.at ?? 0;
  for (const { input, at } of stream.heard) {
    for (; next < at; next += tick) {
      told.say({ kind: 'tick' }, next);
      look(told, next);
    }
    told.say(input, at);
    look(told, at);
  }
  return told;
}

const named = (name: string): Stream => {
  const stream = streams.find((each) => each.name === name);
  if (stream === undefined) throw new Error(`no capture ${name}`);
  return stream;
};

const variants = ['16-sip', '16-pjsip', '22'];
const inAll = (...scenarios: string[]) => variants.flatMap((variant) => scenarios.map((one) => `${variant}/${one}`));

/** What a user was shown of his calls, each state once. */
function shownTo(extension: string, name: string): LiveCall[] {
  const shown = new Map<string, LiveCall>();
  play(named(name), (told) => {
    for (const call of told.shown(extension).calls) shown.set(JSON.stringify(call), call);
  });
  return [...shown.values()];
}

const clickStates = (name: string) => {
  const states: Snapshot['clicks'][number][] = [];
  play(named(name), (told) => {
    const [click] = told.shown('101').clicks;
    if (click !== undefined && click.state !== states.at(-1)?.state) states.push(click);
  });
  return states;
};

describe('every capture', () => {
  test('at every moment each user is shown what the core has open, and no more', () => {
    let seen = 0;
    for (const stream of streams)
      play(stream, (told) => {
        const open = told.open();
        for (const extension of new Set([...agents, ...open.keys()]))
          expect(sorted(told.shown(extension).calls), `${stream.name} ${extension}`).toEqual(
            sorted(open.get(extension as Extension) ?? []),
          );
        seen += open.size;
      });
    expect(seen).toBeGreaterThan(10_000);
  }, 120_000);

  test('at every moment the popups are those of which SalesPlatform has an open record, under its callUUIDs', () => {
    let seen = 0;
    for (const stream of streams) {
      const records = new Map<string, { status: string; number: string }>();
      play(stream, (told) => {
        for (const { kind, params } of told.events.flatMap((event) => crm.callbacks(event)))
          keep(records, kind, params);
        told.events = [];
        const shown = agents.flatMap((extension) => told.shown(extension).calls);
        const popups = shown.map(({ id, phase, number }) => [id, phase, number].join(' ')).sort();
        seen += popups.length;
        const open = [...records].map(([id, { status, number }]) => [id, status, number].join(' ')).sort();
        expect(popups, stream.name).toEqual(open);
      });
    }
    expect(seen).toBeGreaterThan(10_000);
  }, 120_000);

  test('who is shown something else than before is always named', () => {
    for (const stream of streams) {
      const before = new Map(agents.map((extension) => [extension, '{"calls":[],"ended":[],"clicks":[]}']));
      play(stream, (told) => {
        for (const extension of agents) {
          const now = JSON.stringify(told.shown(extension));
          if (now !== before.get(extension)) expect([...told.changed], stream.name).toContain(extension);
          before.set(extension, now);
        }
        told.changed.clear();
      });
    }
  }, 120_000);

  test('a restart at any moment shows the same open calls', () => {
    for (const stream of streams) {
      play(stream, (told) => {
        if (told.events.length === 0) return;
        told.events = [];
        const again = restarted(told);
        for (const extension of agents)
          expect(sorted(again.shown(extension).calls), `${stream.name} ${extension}`).toEqual(
            sorted(told.shown(extension).calls),
          );
      });
    }
  }, 120_000);

  test('when all is over nobody is shown anything', () => {
    for (const stream of streams) {
      const told = play(stream, () => {});
      told.pass(140_000);
      for (const extension of agents)
        expect(told.shown(extension), stream.name).toEqual({ calls: [], ended: [], clicks: [] });
    }
  }, 120_000);
});

/** A connector that finds in its database what this one has put there. */
function restarted(told: Told): Told {
  const again = new Told(createState(rules));
  for (const id of told.state.calls.keys()) {
    const text = save(told.state, id);
    if (text !== null) restore(again.state, text, told.now);
  }
  again.live.takeUp(told.now);
  return again;
}

const crm = salesPlatform(settings);
const sorted = (calls: readonly LiveCall[]) => [...calls].sort((a, b) => (a.id < b.id ? -1 : 1));

function keep(
  records: Map<string, { status: string; number: string }>,
  kind: string,
  params: Readonly<Record<string, string>>,
): void {
  const id = params['callUUID'] ?? '';
  const { callerIdNumber = '', dialString = '' } = params;
  const extension = id.split('-').at(-1) ?? '';
  if (kind === 'DialBegin')
    records.set(id, { status: 'ringing', number: dialString === extension ? callerIdNumber : dialString });
  const record = records.get(id);
  if (kind === 'DialAnswer' && record !== undefined) record.status = 'talking';
  if (kind === 'Hangup') records.delete(id);
}

describe('who had the call before', () => {
  test.each([
    ...inAll('s18', 's18b', 's18c', 's18d', 's20', 's20b', 's20c', 's20d', 's25', 's39', 's40', 's46').map(
      (name) => [name, '102', '101'] as const,
    ),
    ...inAll('s29', 's30').map((name) => [name, '104', '102'] as const),
    ...inAll('s45').map((name) => [name, '103', '101'] as const),
    // Nobody had it: it was taken from a ringing phone, or rung from the queue, or comes back to who had it himself.
    ...inAll('s23').map((name) => [name, '103', null] as const),
    ...inAll('s14', 's22', 's42').map((name) => [name, '102', null] as const),
    ...inAll('s20e', 's21b', 's25b', 's01', 's07', 's11').map((name) => [name, '101', null] as const),
    ...inAll('s31').map((name) => [name, '104', null] as const),
  ])('%s: %s has it from %s', (name, extension, from) => {
    const shown = shownTo(extension, name);
    expect(shown.length).toBeGreaterThan(0);
    const named = shown.map(({ transferredBy }) => transferredBy?.extension ?? null);
    expect(new Set(named)).toEqual(new Set([from]));
  });
});

describe('how a popup goes', () => {
  const endsOf = (name: string, extension: string) => {
    const ends = new Map<string, Snapshot['ended'][number]>();
    play(named(name), (told) => {
      for (const end of told.shown(extension).ended) ends.set(`${end.id} ${end.ring}`, end);
    });
    return [...ends.values()].map(({ outcome, by }) => `${outcome} ${by}`);
  };

  test.each([
    ...inAll('s14', 's22').map((name) => [name, '101', 'answered-elsewhere 102'] as const),
    ...inAll('s23').map((name) => [name, '101', 'answered-elsewhere 103'] as const),
    ...inAll('s01', 's18', 's20').map((name) => [name, '101', 'completed null'] as const),
    ...inAll('s02', 's03').map((name) => [name, '101', 'no-answer null'] as const),
    ...inAll('s04', 's05').map((name) => [name, '101', 'busy null'] as const),
  ])('%s: %s is told %s', (name, extension, end) => {
    expect(endsOf(name, extension)).toEqual([end]);
  });
});

describe('what became of a click', () => {
  test.each([
    ...inAll('s11').map((name) => [name, ['your-phone-rings', 'ringing', 'talking', 'ended']] as const),
    ...inAll('s12').map((name) => [name, ['your-phone-rings', 'you-did-not-answer']] as const),
    ...inAll('s12b').map((name) => [name, ['your-phone-rings', 'you-are-busy']] as const),
    ...inAll('s13').map((name) => [name, ['your-phone-rings', 'ringing', 'busy']] as const),
    ...inAll('s13b').map((name) => [name, ['your-phone-rings', 'ringing', 'no-answer']] as const),
  ])('%s: calling-you, %j', (name, states) => {
    const clicks = clickStates(name);
    expect(clicks.map(({ state }) => state)).toEqual(['calling-you', ...states]);
    expect(clicks.every(({ why, cause }) => why === '' && cause === null)).toBe(true);
  });

  test('a click’s call names it, and it its call', () => {
    const calls = shownTo('101', '22/s11');
    expect(calls.every(({ initiator }) => initiator)).toBe(true);
    expect(shownTo('101', '22/s10')).toMatchObject([{ initiator: true, direction: 'internal' }, { phase: 'talking' }]);
    expect(shownTo('101', '22/s01').some(({ initiator }) => initiator)).toBe(false);
    const [first, second] = clickStates('22/s11');
    expect(first).toMatchObject({ number: '79211011011', callId: null });
    expect(second?.callId).toBe(calls[0]?.id);
    expect(new Set(calls.map(({ click }) => click))).toEqual(new Set([first?.id]));
  });
});
