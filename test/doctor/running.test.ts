import { rm, utimes } from 'node:fs/promises';
import { join } from 'node:path';
import type { Knex } from 'knex';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemClock } from '../../src/clock.ts';
import type { CallbackKind } from '../../src/crm/callback.ts';
import { connect } from '../../src/db/connect.ts';
import { examine } from '../../src/doctor/doctor.ts';
import { callbacksTable, type Outcome } from '../../src/outbox/callback-row.ts';
import { recordingsTable } from '../../src/recordings/recording-row.ts';
import { freshCapture, openOffice, type WholeOffice, writeRecording } from '../service/office.ts';
import { modulePage } from './patient.ts';

/** A whole connector runs, and the doctor comes to it. */
let office: WholeOffice;
let database: Knex;
beforeEach(async () => {
  office = await openOffice();
  office.crm.fault = (_, path) => modulePage(path);
  database = connect(office.config.database.path);
});
afterEach(async () => {
  await database.destroy();
  await office.close();
});

const parts = { clock: systemClock, version: '0.0.0', node: 'v20.20.2', file: null, notes: [] };

/** The family's findings that are not well, without those of Asterisk, which says little here. */
async function complaints(more: Partial<typeof parts> = {}): Promise<string[]> {
  const { config, service } = office;
  const found = await examine({ ...config, http: { ...config.http, port: service.httpPort } }, { ...parts, ...more });
  const bad = found.filter(({ verdict }) => verdict === 'fault' || verdict === 'warning');
  return bad.map(({ verdict, id }) => `${verdict} ${id}`);
}

let serial = 0;

/** Callbacks as a courier leaves them. */
async function told(
  kinds: readonly CallbackKind[],
  state: string,
  outcome: Outcome | null,
  minutesAgo = 0,
): Promise<void> {
  const at = Date.now() - minutesAgo * 60_000;
  for (const kind of kinds) {
    serial += 1;
    const finished = state === 'pending' ? null : at;
    const row = { call: `1.${serial}`, key: `${kind}:${serial}`, kind, params: '{}', created_at: at, attempts: 0 };
    await database(callbacksTable).insert({
      ...row,
      state,
      outcome,
      detail: 'the CRM answered: no',
      finished_at: finished,
      due_at: null,
    });
  }
}

async function recorded(name: string, state: string, size = 8044): Promise<void> {
  serial += 1;
  const at = Date.now() - 3_600_000;
  const path = `/var/spool/asterisk/monitor/${name}`;
  const row = { id: `r${serial}`, call: `1.${serial}`, channel: null, path, learnt_from: 'cdr', talks: '[]', state };
  const sighting = { size, mtime: at, unchanged_since: at, looks: 1, next_look_at: null };
  await database(recordingsTable).insert({ ...row, ...sighting, created_at: at, closed_at: at, announced_to: '[]' });
}

test('all is well beside it, and it goes on', async () => {
  expect(await complaints()).toEqual([]);
  expect(office.log.lines.filter(({ level }) => level === 'error' || level === 'warn')).toEqual([]);
  const health = (await (await fetch(`${office.url}/health`)).json()) as { status: string };
  expect(health.status).toBe('ok');
});

describe('what its database tells of the CRM', () => {
  const all = ['DialBegin', 'DialAnswer', 'EndCall', 'Hangup'] as const;
  test.each<[string, () => Promise<unknown>, string[]]>([
    ['callbacks that wait', () => told(all, 'pending', null, 5), ['warning crm.waiting']],
    ['callbacks that have just been made', () => told(all, 'pending', null), []],
    ['callbacks that were given up', () => told(['EndCall'], 'given_up', 'notUnderstood', 5), ['warning crm.given-up']],
    ['a CRM that was mended long ago', () => told(all, 'delivered', 'presumed', 60 * 24 * 8), []],
  ])('%s', async (_, plant, expected) => {
    await plant();
    expect(await complaints()).toEqual(expected);
  });
});

describe('what calls have shown of the CRM', () => {
  /** The CRM answers HTTP 500 without a word to these callbacks, having applied them or not. */
  async function call(isHit: (callstatus: string) => boolean, applied: boolean): Promise<void> {
    office.crm.fault = ({ callstatus = 'ConnectorProbe' }, path) =>
      isHit(callstatus) ? { status: 500, body: '', applied } : modulePage(path);
    await office.asterisk.server.play(await freshCapture('22/s01'), { speed: 20 });
    const settled = async () => {
      const rows: { state: string; kind: string }[] = await database(callbacksTable).select('state', 'kind');
      return rows.some(({ kind }) => kind === 'Hangup') && rows.every(({ state }) => state === 'delivered');
    };
    await expect.poll(settled, { timeout: 15_000 }).toBe(true);
  }

  test('500 to all that it has applied', async () => {
    await call((callstatus) => callstatus !== 'ConnectorProbe', true);
    expect(office.crm.rows.length).toBe(1);
    expect(await complaints()).toEqual(['warning crm.error-500']);
  });

  test('500 to what makes a record, and no record', async () => {
    await call((callstatus) => callstatus === 'DialBegin', false);
    expect(office.crm.rows).toEqual([]);
    expect(await complaints()).toEqual(['fault crm.strict-sql']);
  });

  test('nothing of the kind', async () => {
    await call(() => false, false);
    expect(await complaints()).toEqual([]);
  });
});

describe('what its database tells of recordings', () => {
  test.each<[string, () => Promise<unknown>, string[]]>([
    ['one that is there', () => ready('a.wav'), []],
    ['one that was never found', () => recorded('a.wav', 'missing'), ['warning recordings.found']],
    [
      'one that was removed later',
      async () => {
        await ready('a.wav');
        await rm(join(office.monitor, 'a.wav'));
      },
      ['warning recordings.whole'],
    ],
    [
      'one that was written again later',
      async () => {
        await ready('a.wav');
        await writeRecording(office.monitor, 'a.wav', 20_000);
      },
      ['warning recordings.whole'],
    ],
    ['all without sound', () => recorded('a.wav', 'empty', 44), ['fault recordings.sound']],
    [
      'one of many without sound',
      async () => {
        for (const name of ['a.wav', 'b.wav']) await ready(name);
        await recorded('c.wav', 'empty', 44);
      },
      ['warning recordings.sound'],
    ],
    ['one that was recorded over', () => recorded('a.wav', 'overwritten'), ['warning recordings.overwritten']],
  ])('%s', async (_, plant, expected) => {
    await plant();
    expect(await complaints()).toEqual(expected);
  });

  async function ready(name: string): Promise<void> {
    await writeRecording(office.monitor, name);
    const at = (Date.now() - 3_600_000) / 1000;
    await utimes(join(office.monitor, name), at, at);
    await recorded(name, 'ready');
  }
});

describe('what it says of itself', () => {
  test('that Asterisk is not there', async () => {
    await office.asterisk.stop();
    await expect.poll(async () => (await fetch(`${office.url}/health`)).status).toBe(503);
    expect(await complaints()).toEqual(['fault ami.reach', 'fault machine.connector']);
  });

  test('that another version runs than is installed', async () => {
    expect(await complaints({ version: '9.9.9' })).toEqual(['warning machine.connector']);
  });
});
