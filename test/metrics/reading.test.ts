import { expect, test } from 'vitest';
import type { Call, Leg } from '../../src/call/call.ts';
import { countCalls } from '../../src/metrics/reading.ts';

type Phase = Leg['phase'];

/** A call with these parts, as far as the counting looks at it. */
function call(line: string, ...legs: readonly (readonly [Leg['direction'], Phase])[]): Call {
  return { line, legs: legs.map(([direction, phase]) => ({ direction, phase }) as Leg) } as unknown as Call;
}

test('each open call counts once, by its first part and the most that goes on in it', () => {
  const counts = countCalls([
    call('74951112233', ['inbound', 'ringing'], ['inbound', 'ringing']),
    call('', ['inbound', 'ended'], ['inbound', 'talking'], ['inbound', 'ringing']),
    call('', ['outbound', 'ringing']),
    call('', ['internal', 'ended']),
    call('', ['internal', 'dialled']),
    call('74951112233'),
    call(''),
  ]);
  expect(Object.fromEntries([...counts].filter(([, count]) => count > 0))).toEqual({
    'inbound ringing': 1,
    'inbound talking': 1,
    'inbound other': 1,
    'outbound ringing': 1,
    'internal other': 2,
    'unknown other': 1,
  });
  expect(counts.get('outbound talking')).toBe(0);
});
