import { keptHeapKiB, keptHeapOption } from './kept-heap.ts';
import type { Figure, Part } from './part.ts';
import { connectorOptions, residentMiB, type Subject, startBare, startConnector } from './subject.ts';
import { Trial } from './trial.ts';

const counts = [100, 1_000, 5_000, 20_000];
/** Between these the cost of one is taken: below them the process is still growing into its load. */
const [few, many] = [1_000, 20_000];

/** Calls a second that begin. */
const rate = 400;

/** Until what the calls' beginnings have left is collected. */
const settleMs = 10_000;

export const memory: Part = {
  name: 'memory',
  about: 'Memory with 100 to 20,000 conversations going on (4 minutes).',
  async measure() {
    const connector = await open(startConnector, counts, async ({ pid }) => residentMiB(pid));
    const bare = await open(startBare, counts, async ({ pid }) => residentMiB(pid));
    const [keptOfFew = 0, keptOfMany = 0] = await kept();
    const figures: Figure[] = counts.map((count, index) => ({
      name: `memory with ${count.toLocaleString('en')} open calls`,
      unit: 'MiB',
      connector: connector[index] ?? Number.NaN,
      rulers: { 'asterisk-manager + undici': bare[index] ?? Number.NaN },
    }));
    const each = (of: readonly number[]) =>
      (((of[counts.indexOf(many)] ?? 0) - (of[counts.indexOf(few)] ?? 0)) * 1024) / (many - few);
    return [
      ...figures,
      {
        name: 'resident for an open call',
        unit: 'KiB',
        connector: each(connector),
        rulers: { 'asterisk-manager + undici': each(bare) },
        target: { is: 'most', value: 3 },
      },
      {
        name: 'kept for an open call: heap without its garbage',
        unit: 'KiB',
        connector: (keptOfMany - keptOfFew) / (many - few),
        rulers: {},
      },
    ];
  },
};

/** A run of its own: what collects garbage changes what is resident. */
async function kept(): Promise<number[]> {
  connectorOptions.push(keptHeapOption);
  try {
    return await open(startConnector, [few, many], ({ pid }) => keptHeapKiB(pid));
  } finally {
    connectorOptions.splice(connectorOptions.indexOf(keptHeapOption), 1);
  }
}

/** @param look what is asked of the process when so many calls are open */
async function open(
  start: typeof startConnector,
  numbers: readonly number[],
  look: (subject: Subject) => Promise<number>,
): Promise<number[]> {
  // Answered calls, in which everybody goes on talking.
  const trial = await Trial.start({ start: (of) => start(of), speed: 4, scenarios: ['s01', 's06'], isEndless: true });
  const found: number[] = [];
  for (const count of numbers) {
    await trial.load.play(rate, (count - trial.load.calls) / rate);
    await trial.load.play(0, settleMs / 1000);
    found.push(await look(trial.subject));
  }
  await trial.stop();
  return found;
}
