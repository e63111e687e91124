import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { CdrRecord } from '../../src/cdr/cdr-record.ts';
import { dialectNamed } from '../../src/dialect-choice.ts';
import { PbxManager } from '../../src/tools/demo/pbxmanager.ts';
import type { CallRow } from '../../src/tools/demo/pbxmanager-row.ts';
import { officeUsers } from '../doubles/fake-crm.ts';
import { type Ear, openEar } from '../golden/hear.ts';
import { play } from '../golden/play.ts';
import { capturedRecords, truthOf } from './captured.ts';
import { longAfter, OfficeDb, officeConfig, timeZone } from './office-db.ts';

/** A connector that was down for a part of the call, and told what it had seen of it. */

let ear: Ear;

beforeAll(async () => {
  ear = await openEar();
});

afterAll(() => ear.close());

type Ended = Extract<CallEvent, { kind: 'ended' }>;
type Finished = Extract<CallEvent, { kind: 'finished' }>;

async function captured(scenario: string) {
  const folder = `test/captures/${scenario}`;
  const truth = await truthOf(folder);
  return {
    events: play(await ear.hear(folder), truth).events,
    records: capturedRecords(truth, 'without linkedid'),
  };
}

/** How the CRM's rows would be had the connector heard it all. */
function undisturbed(mode: 'salesplatform' | 'vanilla', events: readonly CallEvent[]): readonly CallRow[] {
  const dialect = dialectNamed(mode, officeConfig());
  const crm = new PbxManager({ users: officeUsers, customers: [], token: 't', mode, timeZone, now: () => 0 });
  for (const { params } of events.flatMap((event) => dialect.callbacks(event)))
    crm.receive({ ...params, vtigersignature: 't' });
  return crm.rows;
}

async function withOffice<T>(
  mode: 'salesplatform' | 'vanilla',
  records: readonly CdrRecord[],
  use: (office: OfficeDb) => Promise<T>,
): Promise<T> {
  const office = await OfficeDb.open(mode, () => longAfter(records));
  try {
    return await use(office);
  } finally {
    await office.remove();
  }
}

/** Without what the CDR has in whole seconds, and without the recording. */
const rough = (rows: readonly CallRow[]) =>
  rows.map(({ user, direction, customerNumber, status, billDuration, totalDuration }) => ({
    user,
    direction,
    customerNumber,
    status,
    talked: Math.round(billDuration / 3),
    long: Math.round(totalDuration / 3),
  }));

/** Killed while the phones rang; after its start it found the call gone. */
const unanswered = (events: readonly CallEvent[]): CallEvent[] =>
  events.flatMap((event): CallEvent[] => {
    if (event.kind === 'answered' || event.kind === 'closed') return [];
    if (event.kind === 'ended') return [{ ...event, outcome: 'no-answer', talkedMs: 0, at: event.leg.startedAt }];
    return event.kind === 'finished' ? [{ ...event, outcome: 'no-answer', talkedMs: 0, at: event.startedAt }] : [event];
  });

/** Killed a moment after the answer, and it ended the call with what it had seen. */
const cutShort = (events: readonly CallEvent[]): CallEvent[] =>
  events.map((event) => {
    if ((event.kind !== 'ended' && event.kind !== 'finished') || event.talkedMs === 0) return event;
    return { ...event, talkedMs: 500, at: event.at - event.talkedMs + 500 } satisfies Ended | Finished;
  });

const modes = ['salesplatform', 'vanilla'] as const;
const cases = ['22/s01', '22/s07', '22/s15', '16-sip/s22', '16-pjsip/s32', '22/s34'].flatMap((scenario) =>
  modes.map((mode) => [scenario, mode] as const),
);

describe.each([
  ['was not seen to be answered', unanswered, 'status'],
  ['was seen up to the answer', cutShort, 'end'],
] as const)('a call that %s', (_, disturb, what) => {
  test.each(cases)('%s, %s: is found different, and told as it was, once', async (scenario, mode) => {
    const { events, records } = await captured(scenario);
    const right = undisturbed(mode, events);
    await withOffice(mode, records, async (office) => {
      await office.hear(disturb(events));
      await office.deliver();
      const { findings } = await office.reconcile(records, true);
      const different = findings.flatMap((each) => ('difference' in each ? [each.difference] : []));
      expect(different.map(({ kind }) => kind)).toContain('different');
      expect(different.flatMap((each) => (each.kind === 'different' ? each.what : []))).toContain(what);
      await office.deliver();
      expect(rough(office.crm.rows)).toEqual(rough(right));
      // vTiger's row becomes a user's by nothing else, and is ended by the next callback but one.
      const reopened = office.crm.violations.filter(
        ({ danger }) => danger === 'an answer after the end opens the row again',
      );
      expect(office.crm.violations).toEqual(mode === 'vanilla' ? reopened : []);
      expect((await office.reconcile(records, true)).findings).toEqual([]);
      expect(await office.deliver()).toBe(0);
    });
  });
});

/** Down while the first of two users talked; of the call it knows the second one's part. */
const secondPart = (events: readonly CallEvent[], extension: string): CallEvent[] => {
  const ended = events.find((event) => event.kind === 'ended' && event.leg.extension === extension) as Ended;
  return events.flatMap((event): CallEvent[] => {
    if ('leg' in event && event.leg.extension !== extension) return [];
    if (event.kind === 'rang') return [{ ...event, turn: 'first' }];
    if (event.kind !== 'finished') return [event];
    return [{ ...event, startedAt: ended.leg.startedAt, talkedMs: ended.talkedMs }];
  });
};

test("vTiger's record of a call that was passed on unheard stays his who answered last", async () => {
  const { events, records } = await captured('22/s40');
  await withOffice('vanilla', records, async (office) => {
    await office.hear(secondPart(events, '102'));
    await office.deliver();
    expect(office.crm.rows).toMatchObject([{ user: '102', direction: 'inbound', status: 'completed' }]);
    await office.reconcile(records, true);
    await office.deliver();
    const [whole] = undisturbed('vanilla', events);
    const { status, startTime, endTime } = whole as CallRow;
    expect(office.crm.rows).toMatchObject([{ user: '102', status, startTime, endTime }]);
    expect((await office.reconcile(records, true)).findings).toEqual([]);
    expect(await office.deliver()).toBe(0);
  });
});

describe('repair while the connector tells the same call', () => {
  test.each([
    ...cases,
    ['22/s14', 'vanilla'] as const,
    ['22/s17', 'salesplatform'] as const,
    ['22/s17', 'vanilla'] as const,
  ])('%s, %s: no record is doubled', async (scenario, mode) => {
    const { events, records } = await captured(scenario);
    const right = undisturbed(mode, events);
    await withOffice(mode, records, async (office) => {
      // The worst order: the repair has told all of it when the connector begins.
      await office.reconcile(records, true);
      await office.deliver();
      await office.hear(events);
      await office.deliver();
      expect(rough(office.crm.rows)).toEqual(rough(right));
      expect((await office.reconcile(records, true)).findings).toEqual([]);
    });
    await withOffice(mode, records, async (office) => {
      // The other way round, before anything has been sent.
      await office.hear(events);
      await office.reconcile(records, true);
      await office.deliver();
      expect(rough(office.crm.rows)).toEqual(rough(right));
    });
  });
});

test('a part that the others’ records lack is told, and theirs stay', async () => {
  const { events, records } = await captured('22/s14');
  for (const mode of modes) {
    const right = undisturbed(mode, events);
    await withOffice(mode, records, async (office) => {
      const without = events.filter((event) => !('leg' in event) || event.leg.extension !== '102');
      await office.hear(
        without.map((event) => (event.kind === 'finished' ? { ...event, outcome: 'no-answer', talkedMs: 0 } : event)),
      );
      await office.deliver();
      const { findings } = await office.reconcile(records, true);
      expect(findings).toMatchObject([{ difference: { kind: 'missing', part: { extension: '102' } } }]);
      await office.deliver();
      const byUser = (rows: readonly CallRow[]) => rough(rows).sort((one, other) => one.user.localeCompare(other.user));
      expect(byUser(office.crm.rows)).toEqual(byUser(right));
    });
  }
});
