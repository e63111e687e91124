import { describe, expect, test } from 'vitest';
import type { Rules } from '../../src/call/classify.ts';
import type { Extension } from '../../src/call/ids.ts';
import type { CdrRecord } from '../../src/cdr/cdr-record.ts';
import { callsOf } from '../../src/reconcile/calls-of.ts';
import { rules } from '../call/office.ts';
import { begun, row } from './rows.ts';

/** Each part in a line: who, with whom, how it ended, from when to when (seconds), and how long he talked. */
function told(records: readonly CdrRecord[], more: Partial<Rules> = {}): string[] {
  return callsOf(records, { ...rules, ...more }).flatMap(({ parts, unrung }) => [
    ...parts.map((part) => {
      const seconds = (ms: number) => (ms - begun) / 1000;
      const span = `${seconds(part.startedAt)}-${seconds(part.endedAt)}`;
      return `${part.extension} ${part.direction} ${part.party.number} ${part.outcome} ${span} talked ${part.talkedMs / 1000}`;
    }),
    ...(unrung === null ? [] : [`unrung ${unrung.party.number}`]),
  ]);
}

const provider = 'PJSIP/provider-1';

describe('who called from outside', () => {
  test('and was gone in a menu: rang nobody', () => {
    expect(told([row(provider, '', [0, 0, 9], { lastapp: 'Background' })])).toEqual(['unrung 79211001011']);
  });

  test('is missed by whom the rules name, by the number that he called', () => {
    const missedExtension = (line: string) => (line === '74951112244' ? ('102' as Extension) : null);
    const rows = [row(provider, '', [0, null, 9], { did: '74951112244', dst: 's' })];
    expect(told(rows, { missedExtension })).toEqual(['102 inbound 79211001011 no-answer 0-9 talked 0']);
    expect(told([row(provider, '', [0, null, 9])], { missedExtension })).toEqual(['unrung 79211001011']);
  });

  test('and was answered at a number outside has missed nobody', () => {
    expect(told([row(provider, 'PJSIP/provider-2', [0, 5, 9])])).toEqual([]);
    expect(told([row(provider, 'PJSIP/provider-2', [0, null, 9])])).toEqual(['unrung 79211001011']);
  });

  test('and reached a phone that was not there: it may have rung, or not', () => {
    const [call] = callsOf([row(provider, 'PJSIP/101-1', [0, null, 0], { disposition: 'failed' })], rules);
    expect(call?.parts).toMatchObject([{ extension: '101', outcome: 'no-answer', knows: { existence: false } }]);
    const [sure] = callsOf([row(provider, 'PJSIP/101-1', [0, null, 1])], rules);
    expect(sure?.parts).toMatchObject([{ knows: { existence: true, end: true } }]);
  });

  test('withholding his number, on a line that a Goto has hidden', () => {
    const [call] = callsOf([row(provider, 'PJSIP/101-1', [0, 2, 9], { src: '', dst: '600' })], rules);
    expect(call?.parts).toMatchObject([{ party: { number: '' }, line: '' }]);
  });
});

describe('two phones of one user', () => {
  test('ring as one, and the one that answers counts', () => {
    const rows = [row(provider, 'PJSIP/104-1', [0, null, 4]), row(provider, 'PJSIP/104-2', [0, 4, 9])];
    expect(told(rows)).toEqual(['104 inbound 79211001011 completed 0-9 talked 5']);
    expect(told(rows.toReversed())).toEqual(['104 inbound 79211001011 completed 0-9 talked 5']);
  });

  test('that both ring in vain, or both say busy', () => {
    const busy = { disposition: 'busy' } as const;
    const both = (more: Partial<CdrRecord>) => [
      row(provider, 'PJSIP/104-1', [0, null, 4], busy),
      row(provider, 'PJSIP/104-2', [0, null, 7], more),
    ];
    expect(told(both({}))).toEqual(['104 inbound 79211001011 no-answer 0-7 talked 0']);
    expect(told(both(busy))).toEqual(['104 inbound 79211001011 busy 0-7 talked 0']);
  });
});

describe('a queue', () => {
  test('that answers the caller: who let it ring beside the winner tells when he answered', () => {
    const queue = { lastapp: 'Queue' };
    const rows = [
      row(provider, 'PJSIP/101-1', [0, 0, 6], { ...queue, disposition: 'no-answer' }),
      row(provider, 'PJSIP/102-1', [0, 0, 20], queue),
    ];
    expect(told(rows)).toEqual([
      '101 inbound 79211001011 answered-elsewhere 0-6 talked 0',
      '102 inbound 79211001011 completed 0-20 talked 14',
    ]);
    const [call] = callsOf(rows, rules);
    expect(call?.parts.map(({ knows }) => knows.answer)).toEqual([false, false]);
  });

  test('that answers with one agent: he talked no longer than this', () => {
    expect(told([row(provider, 'PJSIP/101-1', [0, 0, 20], { lastapp: 'Queue' })])).toEqual([
      '101 inbound 79211001011 completed 0-20 talked 20',
    ]);
  });

  test('rings again: each ring is known, and the last one counts', () => {
    const rows = [row(provider, 'PJSIP/101-1', [0, null, 8]), row(provider, 'PJSIP/101-2', [9, null, 17])];
    const [call] = callsOf(rows, rules);
    expect(call?.parts).toMatchObject([{ ring: 2, startedAt: begun + 9000, earlier: [{ ring: 1, startedAt: begun }] }]);
  });

  test('with members whose Local channels lead through others to their phones', () => {
    const rows = [
      row(provider, 'Local/101@a-1;1', [0, 0, 20], { lastapp: 'Queue' }),
      row('Local/101@a-1;2', 'Local/101@b-2;1', [0, 5, 20]),
      row('Local/101@b-2;2', 'PJSIP/101-1', [0, 5, 20]),
    ];
    expect(told(rows)).toEqual(['101 inbound 79211001011 completed 0-20 talked 15']);
  });

  test('Local channels that lead nowhere, or in a circle, are nobody', () => {
    const rows = [
      row(provider, 'Local/101@a-1', [0, 0, 20]),
      row('Local/x@a-2;1', 'Local/x@a-2;2', [0, 0, 20]),
      row('Local/x@a-2;2', 'PJSIP/103-1', [0, 5, 20]),
    ];
    expect(told(rows)).toEqual(['unrung 79211001011']);
  });
});

describe('who dials in vain', () => {
  const ends = (...rows: CdrRecord[]) => callsOf(rows, rules)[0]?.parts.map(({ knows }) => knows.end);
  const tried = (more: Partial<CdrRecord> = {}) =>
    row('PJSIP/101-1', provider, [0, null, 9], { dst: '89161112233', ...more });

  test('ended when his record did, if nothing was played to him then', () => {
    expect(ends(tried())).toEqual([true]);
    expect(ends(tried({ lastapp: 'Busy' }))).toEqual([false]);
    expect(ends(tried(), row('PJSIP/101-1', 'PJSIP/spare-1', [9, null, 15], { dst: '89161112233' }))).toEqual([false]);
  });
});

describe('rows that are not as they should be', () => {
  test('answered without a time of it', () => {
    const untimed = { disposition: 'answered' } as const;
    expect(told([row(provider, 'PJSIP/101-1', [0, null, 9], untimed)])).toEqual([
      '101 inbound 79211001011 completed 0-9 talked 9',
    ]);
    expect(told([row('PJSIP/101-1', provider, [0, null, 9], { ...untimed, dst: '102' })])).toEqual([
      '101 outbound 102 completed 0-9 talked 9',
    ]);
  });

  test('a customer who was put through, of whose first row nothing is left', () => {
    const rows = [
      row(provider, 'PJSIP/102-1', [20, 20, 60], { lastapp: 'AppDial', lastdata: '(Outgoing Line)', dst: '' }),
    ];
    expect(told(rows)).toEqual(['102 inbound (Outgoing Line) completed 20-60 talked 40']);
  });

  test('ids without a number', () => {
    const rows = [
      row(provider, 'PJSIP/101-1', [0, null, 9], { uniqueid: 'chosen' }),
      row(provider, 'PJSIP/102-1', [0, 9, 20], { uniqueid: 'chosen' }),
    ];
    expect(told(rows)).toHaveLength(2);
  });

  test('a user’s two parts in one call are one: that in which he talked', () => {
    const one = { linkedid: '5.5' };
    const rung = row(provider, 'PJSIP/101-1', [0, null, 9], one);
    const placed = row('PJSIP/101-2', 'PJSIP/provider-5', [20, 22, 30], { ...one, dst: '89161112233' });
    expect(told([rung, placed])).toEqual(['101 outbound 89161112233 completed 20-30 talked 8']);
    const inVain = { ...placed, disposition: 'no-answer', answer: null } as const;
    expect(told([rung, inVain])).toEqual(['101 inbound 79211001011 no-answer 0-9 talked 0']);
  });

  test('two phones of a user of which neither was there', () => {
    const failed = { disposition: 'failed' } as const;
    const rows = [
      row(provider, 'PJSIP/104-1', [0, null, 0], failed),
      row(provider, 'PJSIP/104-2', [0, null, 0], failed),
    ];
    expect(callsOf(rows, rules)[0]?.parts).toMatchObject([{ knows: { existence: false } }]);
  });

  test('a caller who was gone before the colleague left', () => {
    const rows = [
      row(provider, 'PJSIP/101-1', [0, 2, 40]),
      row('PJSIP/101-1', 'Local/102@a-1;1', [20, 20, 40], { lastapp: 'AppDial' }),
      row('Local/102@a-1;2', 'PJSIP/102-1', [20, 22, 30]),
      row(provider, 'Local/102@a-1;1', [30, 30, 31]),
    ];
    expect(told(rows)).toEqual(['101 inbound 79211001011 completed 0-40 talked 38']);
  });
});

describe('who calls from inside', () => {
  test('a number outside', () => {
    const rows = [row('PJSIP/101-1', provider, [0, 3, 9], { dst: '89161112233' })];
    expect(told(rows)).toEqual(['101 outbound 89161112233 completed 0-9 talked 6']);
  });

  test('where the dialplan went on: the number in the dial string', () => {
    const dialled = { dst: 's', lastdata: 'PJSIP/89161112233@provider,60' };
    expect(told([row('PJSIP/101-1', provider, [0, null, 9], { ...dialled, disposition: 'busy' })])).toEqual([
      '101 outbound 89161112233 busy 0-9 talked 0',
    ]);
  });

  test('a colleague, who has no part of his own', () => {
    const rows = [row('PJSIP/101-1', 'PJSIP/102-1', [0, 3, 9], { dst: '102' })];
    expect(told(rows)).toEqual(['101 internal 102 completed 0-9 talked 6']);
  });

  test('through a Local channel of which no other row is left', () => {
    expect(told([row('PJSIP/101-1', 'Local/102@a-1;1', [0, null, 9], { dst: '102' })])).toEqual([
      '101 internal 102 no-answer 0-9 talked 0',
    ]);
    expect(told([row('PJSIP/101-1', 'Local/9@a-1;1', [0, null, 9], { dst: '89161112233' })])).toEqual([
      '101 outbound 89161112233 no-answer 0-9 talked 0',
    ]);
  });

  test('where the trunk is down: nothing was dialled, but he tried', () => {
    const failed = { dst: '89161112233', disposition: 'failed' } as const;
    expect(told([row('PJSIP/101-1', '', [0, null, 1], failed)])).toEqual([
      '101 outbound 89161112233 no-answer 0-1 talked 0',
    ]);
    expect(told([row('PJSIP/101-1', '', [0, 0, 1], { ...failed, lastapp: 'Playback' })])).toEqual([]);
  });

  test('a feature code, or what is parked', () => {
    expect(told([row('PJSIP/101-1', '', [0, 0, 4], { dst: '*60', lastapp: 'SayUnixTime' })])).toEqual([]);
    expect(told([row('PJSIP/101-1', '', [0, 0, 4], { dst: '701', lastapp: 'ParkedCall' })])).toEqual([]);
  });

  test('to two trunks one after the other: the second one answered', () => {
    const rows = [
      row('PJSIP/101-1', 'PJSIP/provider-8', [0, null, 3], { dst: '89161112233', disposition: 'failed' }),
      row('PJSIP/101-1', 'PJSIP/provider-9', [3, 6, 9], { dst: '89161112233' }),
    ];
    expect(told(rows)).toEqual(['101 outbound 89161112233 completed 0-9 talked 3']);
  });
});

describe('while he has a customer on the line', () => {
  const customer = row(provider, 'PJSIP/101-1', [0, 2, 60]);

  test('he asks a colleague: nobody’s call', () => {
    expect(told([customer, row('PJSIP/101-2', 'PJSIP/102-1', [20, 22, 30], { dst: '102' })])).toEqual([
      '101 inbound 79211001011 completed 0-60 talked 58',
    ]);
  });

  test('he calls somebody outside: a call of its own', () => {
    expect(told([customer, row('PJSIP/101-2', 'PJSIP/provider-5', [20, 22, 30], { dst: '89161112233' })])).toEqual([
      '101 inbound 79211001011 completed 0-60 talked 58',
      '101 outbound 89161112233 completed 20-30 talked 8',
    ]);
  });

  test('and joins the two: no call of its own', () => {
    const rows = [
      row(provider, 'PJSIP/101-1', [0, 2, 31]),
      row('PJSIP/101-2', 'PJSIP/provider-5', [20, 22, 30], { dst: '89161112233' }),
      row(provider, 'PJSIP/provider-5', [31, 31, 60]),
    ];
    expect(told(rows)).toEqual(['101 inbound 79211001011 completed 0-31 talked 29']);
  });

  test('after it, a call to a colleague is one', () => {
    expect(told([customer, row('PJSIP/101-2', 'PJSIP/102-1', [70, 72, 80], { dst: '102' })])).toContain(
      '101 internal 102 completed 70-80 talked 8',
    );
  });

  test('in a call that goes on for hours', () => {
    const rows = [
      row(provider, 'PJSIP/101-1', [0, 2, 3 * 3600]),
      row('PJSIP/101-2', 'PJSIP/102-1', [2 * 3600, 2 * 3600 + 2, 2 * 3600 + 9], { dst: '102' }),
    ];
    expect(told(rows)).toHaveLength(1);
  });
});

test('a channel’s name of before Asterisk was restarted is another channel’s', () => {
  const before = row(provider, 'PJSIP/101-1', [0, 2, 9], { uniqueid: '1.1' });
  const after = row('PJSIP/provider-7', 'PJSIP/101-1', [600, 602, 609], { uniqueid: '2.1' });
  expect(callsOf([before, after], rules)).toHaveLength(2);
  expect(callsOf([before, { ...after, start: begun + 10_000 }], rules)).toHaveLength(1);
});

test('a recording is of the call whose row names it, and told once', () => {
  const file = { recording: '/var/spool/asterisk/monitor/a.wav' };
  const rows = [row(provider, 'PJSIP/101-1', [0, null, 4], file), row(provider, 'PJSIP/102-1', [0, 4, 9], file)];
  expect(callsOf(rows, rules)[0]?.recordings).toMatchObject([{ file: file.recording, call: rows[0]?.uniqueid }]);
  expect(callsOf([row(provider, '', [0, 0, 9], file)], rules)[0]?.recordings).toEqual([]);
});

test('a thousand calls at once are told apart', () => {
  const rows = Array.from({ length: 1000 }, (_, n) =>
    row(`PJSIP/provider-a${n}`, `PJSIP/${100 + (n % 50)}-b${n}`, [n, n + 2, n + 60]),
  );
  expect(callsOf(rows, rules)).toHaveLength(1000);
});
