import { describe, expect, test } from 'vitest';
import { inWords, planOf } from './plan.ts';
import { type Bug, copyProgram, removeProgram } from './program.ts';
import { runPlan } from './run.ts';

interface Planted extends Bug {
  readonly name: string;
  /** Of seeds that catch it. On a busy machine a fault may pass between two callbacks: then the next one is tried. */
  readonly seeds: readonly number[];
  /** What the oracle then says. */
  readonly symptom: RegExp;
}

const planted: readonly Planted[] = [
  {
    name: 'the order within a record is broken',
    file: 'outbox/outbox-parts.js',
    right: 'SELECT min(id)',
    wrong: 'SELECT max(id)',
    seeds: [24, 6, 11, 21],
    symptom: /left open|nobody has started this call/,
  },
  {
    name: 'a retry is dropped',
    file: 'outbox/retry.js',
    right: 'return isHopeless',
    wrong: 'return true',
    seeds: [24, 3, 12, 17, 23],
    symptom: /has no row/,
  },
  {
    name: 'the resync after a reconnect is skipped',
    file: 'listening.js',
    right: 'void this.#resync(++this.#round, this.#heardUntil);',
    wrong: 'if (++this.#round === 1) void this.#resync(1, this.#heardUntil);',
    seeds: [72, 13, 94, 109, 77],
    symptom: /left open/,
  },
];

describe.concurrent('the oracle notices when', () => {
  test.each(planted)(
    '$name',
    async ({ name, seeds, symptom, ...bug }) => {
      const program = await copyProgram(`planted-${planted.findIndex((each) => each.name === name)}`, bug);
      try {
        expect(await saidOf(seeds, symptom, program)).toMatch(symptom);
      } finally {
        await removeProgram(program);
      }
    },
    240_000,
  );
});

/** What the oracle says of the first seed of which it says so, or else of all. */
async function saidOf(seeds: readonly number[], symptom: RegExp, program: string): Promise<string> {
  const said: string[] = [];
  for (const seed of seeds) {
    const plan = planOf(seed);
    const { faults } = await runPlan(plan, program, 8_000);
    said.push(inWords(plan), ...faults);
    if (symptom.test(faults.join('\n'))) break;
  }
  return said.join('\n');
}
