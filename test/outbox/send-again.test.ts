import { expect, test } from 'vitest';
import type { CallbackKind } from '../../src/crm/callback.ts';
import type { CallbackState } from '../../src/outbox/callback-row.ts';
import { type Standing, toSendAgain } from '../../src/outbox/send-again.ts';

function standings(...list: [CallbackKind, CallbackState, (0 | 1)?][]): Standing[] {
  return list.map(([kind, state, sending = 0], index) => ({ id: index + 1, kind, state, sending, record: '1.1-101' }));
}

test.each<[string, Standing[], number[]]>([
  ['nothing was given up', standings(['DialBegin', 'delivered'], ['Hangup', 'pending']), []],
  ['no callbacks', [], []],
  [
    'all that follows, delivered, waiting and given up',
    standings(
      ['DialBegin', 'delivered'],
      ['DialAnswer', 'given_up'],
      ['Record', 'delivered'],
      ['Hangup', 'given_up'],
      ['EndCall', 'pending'],
    ),
    [2, 3, 4, 5],
  ],
  [
    'not what was dropped',
    standings(['DialBegin', 'given_up'], ['DialAnswer', 'dropped'], ['Hangup', 'delivered']),
    [1, 3],
  ],
  [
    'a StartApp that was given up, but none that was delivered or is under way',
    standings(
      ['StartApp', 'given_up', 1],
      ['StartApp', 'delivered'],
      ['StartApp', 'pending', 1],
      ['StartApp', 'pending'],
    ),
    [1, 4],
  ],
  [
    'nothing of another record of the call',
    [
      { id: 1, kind: 'DialBegin', state: 'given_up', sending: 0, record: '1.1-101' },
      { id: 2, kind: 'DialBegin', state: 'delivered', sending: 0, record: '1.1-102' },
      { id: 3, kind: 'Hangup', state: 'delivered', sending: 0, record: '1.1-101' },
      { id: 4, kind: 'Hangup', state: 'given_up', sending: 0, record: '1.1-102' },
    ],
    [1, 3, 4],
  ],
  ['a repeatable one that is under way', standings(['DialBegin', 'given_up'], ['DialAnswer', 'pending', 1]), [1, 2]],
])('%s', (_, ofCall, again) => {
  expect(toSendAgain(ofCall)).toEqual(again);
});
