import { parseArgs } from 'node:util';
import { inWords, planOf } from '../test/faults/plan.ts';
import { copyProgram, removeProgram } from '../test/faults/program.ts';
import { runPlan } from '../test/faults/run.ts';

/**
 * The seeded runs of faults.test.ts, as many as wanted: `npm run build && npm run soak -- --runs 2000 --from 1 --at-once 6`.
 * Tells each seed that fails, with its plan, what was wrong and the connector's log; ends with 1 if there was one.
 */
const number = { type: 'string' } as const;
const { values } = parseArgs({ options: { runs: number, from: number, 'at-once': number } });
const from = Number(values.from ?? 1);
const last = from + Number(values.runs ?? 2_000) - 1;
const atOnce = Number(values['at-once'] ?? 6);

const program = await copyProgram('soak');
const failed: number[] = [];
let next = from;
let done = 0;

async function runSeeds(): Promise<void> {
  while (next <= last) {
    const seed = next;
    next += 1;
    const plan = planOf(seed);
    const { faults, log } = await runPlan(plan, program);
    done += 1;
    if (faults.length > 0) {
      failed.push(seed);
      console.log([inWords(plan), ...faults, ...log, ''].join('\n'));
    }
    if (done % 50 === 0) console.log(`${done} runs, failed: ${failed.join(', ') || 'none'}`);
  }
}

try {
  await Promise.all(Array.from({ length: atOnce }, runSeeds));
  console.log(`${done} runs from seed ${from} to ${last}, failed: ${failed.join(', ') || 'none'}`);
} finally {
  await removeProgram(program);
}
process.exitCode = failed.length > 0 ? 1 : 0;
