import { afterAll, beforeAll, expect, test } from 'vitest';
import { legOf } from '../../src/call/call.ts';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Linkedid } from '../../src/call/ids.ts';
import { createState } from '../../src/call/state.ts';
import type { Dialect } from '../../src/crm/dialect.ts';
import { salesPlatform } from '../../src/crm/salesplatform.ts';
import { createFlow } from '../../src/flow.ts';
import { historyKeeper } from '../../src/history/history-store.ts';
import { holderBefore as holderNow } from '../../src/live/live-call.ts';
import { OutboxStore } from '../../src/outbox/outbox-store.ts';
import { holderBefore, type Ring, ringsOf, takerOf } from '../../src/story/rings.ts';
import { readCall } from '../../src/story/stored-call.ts';
import { rules } from '../call/office.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { type TempDb, tempDb } from '../doubles/temp-db.ts';
import { allStreams, captureNames, type Stream } from '../golden/streams.ts';

/** What the database has of calls, against what happened in them. */

const dialect: Dialect = salesPlatform({
  timeZone: 'UTC',
  isExtension: (text) => rules.extensionPattern.test(text),
  number: (raw) => raw,
});

let streams: Stream[];
beforeAll(async () => {
  streams = await allStreams();
}, 120_000);

let db: TempDb;
afterAll(() => db?.remove());

/** A ring as it happened, and as it ended at last. */
interface Happened {
  rangAt: number;
  answeredAt: number | null;
  endedAt: number | null;
  outcome: string | null;
  heldBy: string | null;
}

async function play(stream: Stream, store: OutboxStore, clock: { now: number }) {
  const state = createState(rules);
  const happened = new Map<string, Happened>();
  const commits: Promise<void>[] = [];
  const changes: { at: number; events: readonly CallEvent[] }[] = [];
  const commit = ({ events }: { readonly events: readonly CallEvent[] }) => {
    for (const event of events) note(event, happened, state);
    changes.push({ at: clock.now, events });
  };
  const flow = createFlow(state, () => ({ callbacks: () => [] }), commit, rememberingLog());
  let next = stream.heard[0]?.at ?? 0;
  const tick = (at: number) => {
    clock.now = at;
    flow({ kind: 'tick' }, at);
  };
  for (const { input, at } of stream.heard) {
    for (; next < at; next += 250) tick(next);
    clock.now = at;
    flow(input, at);
  }
  for (let after = 0; after < 110_000; after += 5_000) tick(next + after);
  for (const { at, events } of changes) {
    clock.now = at;
    const callbacks = events.flatMap((event) => dialect.callbacks(event));
    await store.commit({ callbacks, calls: [], events });
  }
  await Promise.all(commits);
  return happened;
}

function note(event: CallEvent, happened: Map<string, Happened>, state: ReturnType<typeof createState>): void {
  if (!('leg' in event)) return;
  const { call, extension, ring, startedAt } = event.leg;
  const key = `${call} ${extension} ${ring}`;
  const now = happened.get(key) ?? { rangAt: startedAt, answeredAt: null, endedAt: null, outcome: null, heldBy: null };
  happened.set(key, now);
  const living = state.calls.get(call);
  const leg = living && legOf(living, extension);
  if (event.kind === 'rang' && living !== undefined && leg !== undefined) now.heldBy = holderNow(living, leg);
  if (event.kind === 'answered') now.answeredAt ??= event.at;
  if (event.kind === 'ended') Object.assign(now, { endedAt: event.at, outcome: event.outcome });
}

test.each(captureNames)(
  '%s: every ring, when it was answered and how it ended, and who had the call before',
  async (name) => {
    db ??= await tempDb();
    for (const table of ['history', 'callbacks']) await db.knex(table).delete();
    const clock = { now: 0 };
    const onFatal = (fault: unknown) => {
      throw fault;
    };
    const store = new OutboxStore({ knex: db.knex, now: () => clock.now, onFatal, keepers: [historyKeeper] });
    const stream = streams.find((each) => each.name === name) as Stream;
    const happened = await play(stream, store, clock);
    const calls = new Set([...happened.keys()].map((key) => key.split(' ')[0] as Linkedid));
    for (const id of calls) {
      const call = await readCall(db.knex, id, rules);
      const rings = call === null ? [] : ringsOf(call);
      const told = rings.map((ring) => [`${id} ${ring.extension} ${ring.ring}`, ring] as const);
      expect(told.map(([key]) => key).sort()).toEqual(
        [...happened.keys()].filter((key) => key.startsWith(`${id} `)).sort(),
      );
      for (const [key, ring] of told) compare(ring, happened.get(key) as Happened, rings, key);
    }
  },
);

function compare(ring: Ring, truth: Happened, rings: readonly Ring[], key: string): void {
  expect(ring.end?.outcome ?? null, `${key} ends`).toBe(truth.outcome);
  expect(ring.answeredAt === null, `${key} is answered`).toBe(truth.answeredAt === null);
  expect(holderBefore(rings, ring), `${key}: who had it before`).toBe(truth.heldBy);
  if (ring.end?.outcome === 'answered-elsewhere') expect(takerOf(rings, ring), `${key}: who took it`).not.toBeNull();
  // Of a ring that is known by callbacks only: when they were made.
  for (const [told, true_] of [
    [ring.rangAt, truth.rangAt],
    [ring.end?.at ?? 0, truth.endedAt ?? 0],
  ] as const)
    expect(Math.abs(told - true_), key).toBeLessThan(2_000);
}
