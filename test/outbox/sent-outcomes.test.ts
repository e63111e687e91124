import { expect, test } from 'vitest';
import type { StoredCallback } from '../../src/outbox/callback-row.ts';
import { createCircuit } from '../../src/outbox/circuit.ts';
import type { OutboxStore } from '../../src/outbox/outbox-store.ts';
import type { SendResult } from '../../src/outbox/retry.ts';
import { type SentOutcome, Settlement } from '../../src/outbox/settle.ts';
import { ManualClock } from '../doubles/manual-clock.ts';
import { rememberingLog } from '../doubles/silent-log.ts';

const clock = new ManualClock();

function callback(changes: Partial<StoredCallback> = {}): StoredCallback {
  const own = { id: 1, key: '1.1|DialBegin|101', call: '1.1', kind: 'DialBegin', params: {}, attempts: 0, again: 0 };
  return { ...own, createdAt: clock.now() - 1_500, ...changes } as StoredCallback;
}

async function told(result: SendResult, of: Partial<StoredCallback> = {}, isRepeatable = true) {
  const sent: SentOutcome[] = [];
  const nothing = async () => {};
  const settlement = new Settlement({
    store: { mark: nothing, hurry: nothing, depth: async () => 0 } as unknown as OutboxStore,
    circuit: createCircuit(),
    clock,
    log: rememberingLog(),
    onAlarm: () => {},
    isRepeatable: () => isRepeatable,
    onSent: (one) => sent.push(one),
  });
  await settlement.settle({ callback: callback(of), result });
  return sent;
}

const lost = { kind: 'unavailable', why: 'reset', maybeApplied: true } as const;

test.each<[string, SendResult, Partial<StoredCallback>, boolean, SentOutcome['outcome']]>([
  ['taken', { kind: 'accepted' }, {}, true, 'delivered'],
  ['nobody there', lost, {}, true, 'retried'],
  ['its answer lost, and a repeat does harm', lost, {}, false, 'presumed'],
  ['a wrong token', { kind: 'refused', reason: 'token', why: 'wrong' }, {}, true, 'refused'],
  ['not understood', { kind: 'notUnderstood', why: 'what?' }, {}, true, 'retried'],
  ['not understood for the fifth time', { kind: 'notUnderstood', why: 'what?' }, { attempts: 4 }, true, 'given_up'],
])('%s', async (_, result, of, isRepeatable, outcome) => {
  expect(await told(result, of, isRepeatable)).toEqual([{ kind: 'DialBegin', outcome, ageMs: 1_500 }]);
});

test('what was put off on purpose has no age', async () => {
  const [sent] = await told({ kind: 'accepted' }, { call: '1.1-101#again' as StoredCallback['call'] });
  expect(sent).toEqual({ kind: 'DialBegin', outcome: 'delivered', ageMs: null });
});
