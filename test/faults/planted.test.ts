import { describe, expect, test } from 'vitest';
import { inWords, planOf } from './plan.ts';
import { type Bug, copyProgram, removeProgram } from './program.ts';
import { runPlan } from './run.ts';

interface Planted extends Bug {
  readonly name: string;
  /** Of a seed that catches it. */
  readonly seed: number;
  /** What the oracle then says. */
  readonly symptom: RegExp;
}

const planted: readonly Planted[] = [
  {
    name: 'the order within a call is broken',
    file: 'outbox/outbox-writes.js',
    right: ".whereIn('id', first.min('id'))",
    wrong: ".where({ state: 'pending' }).whereIn('call', some)",
    seed: 24,
    symptom: /left open|nobody has started this call/,
  },
  {
    name: 'a retry is dropped',
    file: 'outbox/retry.js',
    right: 'return isHopeless',
    wrong: 'return true',
    seed: 24,
    symptom: /has no row/,
  },
  {
    name: 'the resync after a reconnect is skipped',
    file: 'listening.js',
    right: 'void this.#resync(++this.#round, this.#heardUntil);',
    wrong: 'if (++this.#round === 1) void this.#resync(1, this.#heardUntil);',
    seed: 13,
    symptom: /left open/,
  },
];

describe.concurrent('the oracle notices when', () => {
  test.each(planted)(
    '$name',
    async ({ name, seed, symptom, ...bug }) => {
      const program = await copyProgram(`planted-${planted.findIndex((each) => each.name === name)}`, bug);
      try {
        const { faults } = await runPlan(planOf(seed), program, 8_000);
        expect(faults.join('\n'), inWords(planOf(seed))).toMatch(symptom);
      } finally {
        await removeProgram(program);
      }
    },
    120_000,
  );
});
