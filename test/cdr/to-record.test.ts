import { describe, expect, test } from 'vitest';
import type { CdrFields } from '../../src/cdr/cdr-record.ts';
import { madeAt, toRecord } from '../../src/cdr/to-record.ts';
import { timeIn } from '../../src/cdr/zone-time.ts';

const time = timeIn('Europe/Moscow');

const fields: CdrFields = {
  clid: '"Ivan" <79211001011>',
  src: '79211001011',
  dst: '74951112233',
  channel: 'PJSIP/provider-00000000',
  dstchannel: 'PJSIP/101-00000001',
  lastapp: 'Dial',
  lastdata: 'PJSIP/101,20',
  start: '2026-11-21 01:36:12',
  answer: '2026-11-21 01:36:14',
  end: '2026-11-21 01:36:18',
  disposition: 'ANSWERED',
  uniqueid: '1795214172.4',
  linkedid: '1795214172.4',
  recordingpath: '/var/spool/asterisk/monitor/a.wav',
};
const startMs = Date.parse('2026-11-20T22:36:12Z');

const record = (more: CdrFields = {}) => toRecord({ ...fields, ...more }, time);

test('a row with all columns', () => {
  expect(record()).toEqual({
    uniqueid: '1795214172.4',
    linkedid: '1795214172.4',
    channel: 'PJSIP/provider-00000000',
    dstchannel: 'PJSIP/101-00000001',
    src: '79211001011',
    name: 'Ivan',
    dst: '74951112233',
    did: '',
    lastapp: 'Dial',
    lastdata: 'PJSIP/101,20',
    disposition: 'answered',
    start: startMs,
    answer: startMs + 2000,
    end: startMs + 6000,
    recording: '/var/spool/asterisk/monitor/a.wav',
  });
});

describe('as FreePBX keeps it', () => {
  const freepbx = {
    ...fields,
    ...{ start: undefined, answer: undefined, end: undefined, linkedid: undefined, recordingpath: undefined },
    ...{
      calldate: '2026-11-21 01:36:12',
      duration: '6',
      billsec: '4',
      did: '74951112233',
      src: '',
      cnum: '79211001011',
    },
    ...{ cnam: 'Ivan of the address book', recordingfile: 'in-1.wav' },
  };
  const of = (more: CdrFields) => toRecord({ ...freepbx, ...more }, time);

  test('the answer and the end follow from the durations', () => {
    expect(of({})).toMatchObject({ start: startMs, answer: startMs + 2000, end: startMs + 6000, linkedid: null });
  });

  test('answered for less than a second', () => {
    expect(of({ billsec: '0' })).toMatchObject({ answer: startMs + 6000 });
  });

  test('not answered', () => {
    expect(of({ billsec: '0', disposition: 'NO ANSWER' })).toMatchObject({ answer: null, disposition: 'no-answer' });
  });

  test('a queue that answered, and nobody in it', () => {
    expect(of({ billsec: '6', disposition: 'NO ANSWER' })).toMatchObject({ answer: startMs });
  });

  test('columns of its own', () => {
    const own = { did: '74951112233', src: '79211001011', name: 'Ivan of the address book', recording: 'in-1.wav' };
    expect(of({})).toMatchObject(own);
  });

  test('durations that are none', () => {
    expect(of({ duration: 'x', billsec: '-5' })).toMatchObject({ end: startMs, answer: startMs });
  });
});

test.each([
  ['ANSWERED', 'answered'],
  ['NO ANSWER', 'no-answer'],
  ['NOANSWER', 'no-answer'],
  ['busy', 'busy'],
  ['FAILED', 'failed'],
  ['CONGESTION', 'failed'],
  ['8', 'answered'],
  ['4', 'busy'],
  ['1', 'no-answer'],
])('disposition %s is %s', (disposition, told) => {
  expect(record({ disposition })).toMatchObject({ disposition: told });
});

test.each([
  ['no id', { uniqueid: '' }],
  ['no id column', { uniqueid: undefined }],
  ['no channel', { channel: undefined }],
  ['no start', { start: '' }],
  ['no disposition, as of a line that is being written', { disposition: undefined }],
])('%s: nothing is known', (_, more) => {
  expect(record(more)).toBeNull();
});

test('marks of a moment are no part of a channel’s name', () => {
  const names = { channel: 'AsyncGoto/PJSIP/101-00000001<ZOMBIE>', dstchannel: 'PJSIP/102-00000002<MASQ>' };
  expect(record(names)).toMatchObject({ channel: 'PJSIP/101-00000001', dstchannel: 'PJSIP/102-00000002' });
});

test.each([
  ['79211001011', ''],
  ['"" <79211001011>', ''],
  ['Ivan <1>', 'Ivan'],
])('the caller’s name in %s', (clid, name) => {
  expect(record({ clid })).toMatchObject({ name });
});

test('a channel’s id begins with its time', () => {
  expect(madeAt('1795214172.4')).toBe(1_795_214_172_000);
  expect(madeAt('pbx-1795214172.4')).toBe(1_795_214_172_000);
  expect(madeAt('c2c-abc')).toBeNull();
});
