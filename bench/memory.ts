import { setTimeout as pause } from 'node:timers/promises';
import type { Figure, Part } from './part.ts';
import { residentMiB, startBare, startConnector } from './subject.ts';
import { Trial } from './trial.ts';

const counts = [100, 1_000, 5_000, 20_000];

/** Calls a second that begin. */
const rate = 400;

/** Until what the calls' beginnings have left is collected. */
const settleMs = 10_000;

export const memory: Part = {
  name: 'memory',
  about: 'Resident memory with 100 to 20,000 conversations going on (3 minutes).',
  async measure() {
    const connector = await resident(startConnector);
    const bare = await resident(startBare);
    const figures: Figure[] = counts.map((count, index) => ({
      name: `memory with ${count.toLocaleString('en')} open calls`,
      unit: 'MiB',
      connector: connector[index] ?? Number.NaN,
      rulers: { 'asterisk-manager + undici': bare[index] ?? Number.NaN },
    }));
    const each = (of: readonly number[]) => (((of.at(-1) ?? 0) - (of[1] ?? 0)) * 1024) / (20_000 - 1_000);
    const rulers = { 'asterisk-manager + undici': each(bare) };
    return [
      ...figures,
      {
        name: 'memory for an open call',
        unit: 'KiB',
        connector: each(connector),
        rulers,
        target: { is: 'most', value: 3 },
      },
    ];
  },
};

async function resident(start: typeof startConnector): Promise<number[]> {
  // Answered calls, in which everybody goes on talking.
  const trial = await Trial.start({ start: (of) => start(of), speed: 4, scenarios: ['s01', 's06'], isEndless: true });
  const found: number[] = [];
  for (const count of counts) {
    await trial.load.play(rate, (count - trial.load.calls) / rate);
    await trial.load.play(0, settleMs / 1000);
    found.push(residentMiB(trial.subject.pid));
  }
  await pause(100);
  await trial.stop();
  return found;
}
