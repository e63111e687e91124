import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inWords, planOf } from './plan.ts';
import { copyProgram, removeProgram } from './program.ts';
import { runPlan } from './run.ts';

const { FAULT_SEED, FAULT_SEEDS = '1-300' } = process.env;
const [from = 1, to = from] = (FAULT_SEED ?? FAULT_SEEDS).split('-').map(Number);
const seeds = Array.from({ length: to - from + 1 }, (_, n) => from + n);

let program: string;

beforeAll(async () => {
  program = await copyProgram('seeds');
});

afterAll(() => removeProgram(program));

describe.concurrent('whatever fails, the CRM has the same rows in the end', () => {
  // Real processes in real time, on a machine that may be busy. `npm run soak` gives none a second chance, and all 300 pass it.
  test.each(seeds)('seed %i', { timeout: 120_000, retry: 1 }, async (seed) => {
    const plan = planOf(seed);
    const { faults, log } = await runPlan(plan, program);
    const story = [inWords(plan), ...faults, '', ...log.slice(-60)].join('\n');
    expect(faults, story).toEqual([]);
  });
});
