import { describe, expect, test } from 'vitest';
import { type Circuit, createCircuit } from '../../src/outbox/circuit.ts';

let calls = 0;

/** A failure of a call of its own. */
function failedAt(circuit: Circuit, now: number, attempt: number): boolean {
  calls += 1;
  return circuit.failed(now, { call: `1.${calls}`, attempt, isCertain: false });
}

/** Fails as often as it takes to open, at `at`. */
function opened(at = 0) {
  const circuit = createCircuit();
  for (let failure = 0; failure < 3; failure += 1) failedAt(circuit, at, 1);
  return circuit;
}

describe('the circuit', () => {
  test('lets all lanes send until three failures in a row', () => {
    const circuit = createCircuit();
    expect([1, 2].map(() => failedAt(circuit, 0, 1))).toEqual([false, false]);
    expect(circuit.answered(0)).toBeNull();
    expect([1, 2].map(() => failedAt(circuit, 0, 1))).toEqual([false, false]);
    expect(circuit.allowed(0, 4)).toBe(4);
    expect(failedAt(circuit, 0, 1)).toBe(true);
    expect(circuit.allowed(0, 4)).toBe(0);
  });

  test('what fails for all phones of one call is one failure for each attempt', () => {
    const circuit = createCircuit();
    const failed = (attempt: number) => circuit.failed(0, { call: '1.1', attempt, isCertain: false });
    expect([1, 1, 1, 1, 2, 2, 2].map(failed)).not.toContain(true);
    expect(failed(3)).toBe(true);
  });

  test('one failure is enough if it is certain', () => {
    expect(createCircuit().failed(0, { call: '1.1', attempt: 1, isCertain: true })).toBe(true);
  });

  test('a callback that has failed often by itself says nothing of the CRM', () => {
    const circuit = createCircuit();
    for (let attempt = 1; attempt < 50; attempt += 1) {
      if (attempt !== 3) expect(failedAt(circuit, 0, attempt)).toBe(false);
    }
    expect(circuit.isOpen).toBe(false);
  });

  test('tries single callbacks, ever more rarely but at least every 10 s', () => {
    const circuit = opened();
    const tries: number[] = [];
    for (let now = 0; now <= 60_000; now += 100) {
      if (circuit.allowed(now, 4) === 0) continue;
      expect(circuit.allowed(now, 4)).toBe(1);
      tries.push(now);
      expect(failedAt(circuit, now, 1)).toBe(false);
    }
    expect(tries).toEqual([500, 1_500, 3_500, 8_500, 18_500, 28_500, 38_500, 48_500, 58_500]);
  });

  test('failures of what was under way when it opened are no tries', () => {
    const circuit = opened();
    const before = circuit.nextTryAt;
    failedAt(circuit, 100, 1);
    expect(circuit.nextTryAt).toBe(before);
  });

  test('one answer lets all lanes send again, and tells for how long there was none', () => {
    const circuit = opened(1_000);
    expect(circuit.answered(61_000)).toBe(60_000);
    expect(circuit.allowed(61_000, 4)).toBe(4);
    expect(circuit.nextTryAt).toBeNull();
    expect(circuit.answered(61_000)).toBeNull();
  });
});
