import { describe, expect, test } from 'vitest';
import { createCircuit } from '../../src/outbox/circuit.ts';

/** Fails as often as it takes to open, at `at`. */
function opened(at = 0) {
  const circuit = createCircuit();
  for (let failure = 0; failure < 3; failure += 1) circuit.failed(at, 1, false);
  return circuit;
}

describe('the circuit', () => {
  test('lets all lanes send until three failures in a row', () => {
    const circuit = createCircuit();
    expect([1, 2].map(() => circuit.failed(0, 1, false))).toEqual([false, false]);
    expect(circuit.answered(0)).toBeNull();
    expect([1, 2].map(() => circuit.failed(0, 1, false))).toEqual([false, false]);
    expect(circuit.allowed(0, 4)).toBe(4);
    expect(circuit.failed(0, 1, false)).toBe(true);
    expect(circuit.allowed(0, 4)).toBe(0);
  });

  test('one failure is enough if it is certain', () => {
    expect(createCircuit().failed(0, 1, true)).toBe(true);
  });

  test('a callback that has failed often by itself says nothing of the CRM', () => {
    const circuit = createCircuit();
    for (let attempt = 1; attempt < 50; attempt += 1) {
      if (attempt !== 3) expect(circuit.failed(0, attempt, false)).toBe(false);
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
      expect(circuit.failed(now, 1, false)).toBe(false);
    }
    expect(tries).toEqual([500, 1_500, 3_500, 8_500, 18_500, 28_500, 38_500, 48_500, 58_500]);
  });

  test('failures of what was under way when it opened are no tries', () => {
    const circuit = opened();
    const before = circuit.nextTryAt;
    circuit.failed(100, 1, false);
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
