import { describe, expect, test } from 'vitest';
import type { LegFacts } from '../../src/call/call-event.ts';
import { callUuid } from '../../src/crm/call-uuid.ts';
import type { Callback } from '../../src/crm/callback.ts';
import { idsIn } from '../../src/tools/call-command.ts';
import { callbackLine } from '../../src/tools/replay/decided.ts';

const leg = (call: string, extension = '101') => ({ call, extension }) as LegFacts;

describe('the id of a call with a prefix', () => {
  test('is the same behind it as without', () => {
    expect(callUuid.salesplatform(leg('1795268.12'), 'north-')).toBe('north-1795268.12-101');
    expect(callUuid.vanilla(leg('1795268.12'), 'north-')).toBe('north-1795268.12');
    expect(callUuid.salesplatform(leg('1795268.12'))).toBe('1795268.12-101');
    expect(callUuid.vanilla(leg('1795268.12'), '')).toBe('1795268.12');
  });

  test('never has more characters than the CRM keeps (100), and keeps what tells calls apart', () => {
    const call = `${'headquarters-'.repeat(10)}1795268123.123456`;
    const longest = 'p'.repeat(24);
    for (const prefix of ['', 'north-', longest]) {
      const id = callUuid.salesplatform(leg(call, '9'.repeat(32)), prefix);
      expect(id.length).toBe(64 + 1 + 32);
      expect(id).toMatch(new RegExp(`^${prefix}.*-1795268123\\.123456-9+$`));
    }
  });
});

describe('a call is found by', () => {
  test.each([
    ['1.2', '', ['1.2']],
    ['1.2-101', '', ['1.2-101', '1.2']],
    ['1.2', 'north-', ['1.2']],
    ['north-1.2', 'north-', ['north-1.2', 'north', '1.2']],
    [' north-1.2-101 ', 'north-', ['north-1.2-101', 'north-1.2', '1.2-101', '1.2']],
    ['south-1.2-101', 'north-', ['south-1.2-101', 'south-1.2']],
  ])('%j with the prefix %j', (name, prefix, ids) => {
    expect(idsIn(name, prefix)).toEqual(ids);
  });
});

test.each([
  ['1.2-101', 'Record …-101 a.wav'],
  ['north-1.2-101', 'Record …-101 a.wav'],
  ['north-1.2', 'Record a.wav'],
])('replay shows of %s what is behind the id of the call', (callUUID, line) => {
  const params = { callUUID, recordinglink: 'l' };
  const callback = { key: 'k', call: '1.2', kind: 'Record', params } as unknown as Callback;
  expect(callbackLine({ call: callback.call, callback, effects: [], refusal: null }, () => 'a.wav')).toBe(line);
});
