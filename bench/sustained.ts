import type { Figure, Part } from './part.ts';
import { percentile } from './spread.ts';
import { type Subject, type Surroundings, startBare, startConnector, startRawSocket } from './subject.ts';
import { type Stretch, Trial } from './trial.ts';

/** Calls a second that are tried, one after the other, until one is too many. */
const rates = [300, 400, 500, 600, 700, 800, 900, 1_000, 1_100, 1_200, 1_350, 1_500];
/** Of the raw socket, which the player does not keep busy. */
const rawRates = [1_000, 2_000, 3_000];
const seconds = 8;

/** So long after the last event all is told, and so little waits unread, where a rate can be gone on with. */
const mostDrainMs = 1_000;
const mostBacklogBytes = 2_000_000;

/** In which the 99th of a hundred callbacks arrives: it does not fall behind. */
const mostP99Ms = 1_500;

export const sustained: Part = {
  name: 'sustained',
  about: 'How many calls a second can be gone on with, outbox on and synchronous (3 minutes).',
  async measure() {
    const connector = await most((surroundings) => startConnector(surroundings));
    const bare = await most(startBare);
    const raw = await most(startRawSocket, rawRates);
    const rulers = (of: (found: Found) => number) => ({
      'asterisk-manager + undici': of(bare),
      'raw socket': of(raw),
    });
    const figures: Figure[] = [
      {
        name: 'sustained, mixed load',
        unit: 'calls/s',
        connector: connector.calls,
        rulers: rulers(({ calls }) => calls),
        target: { is: 'least', value: 1_000 },
      },
      {
        name: 'sustained, against the ruler',
        unit: 'calls/s',
        connector: connector.calls,
        rulers: rulers(({ calls }) => calls),
        target: { is: 'least', value: 0.9, of: 'asterisk-manager + undici' },
      },
      {
        name: 'sustained, events',
        unit: 'events/s',
        connector: connector.events,
        rulers: rulers(({ events }) => events),
      },
      {
        name: 'CPU per 1,000 calls at that rate',
        unit: 's',
        connector: connector.cpu,
        rulers: rulers(({ cpu }) => cpu),
      },
    ];
    return figures;
  },
};

interface Found {
  readonly calls: number;
  readonly events: number;
  readonly cpu: number;
}

async function most(
  start: (surroundings: Surroundings) => Promise<Subject>,
  tried: readonly number[] = rates,
): Promise<Found> {
  const trial = await Trial.start({ start, speed: 4 });
  await trial.stretch(200, seconds);
  let found: Found = { calls: 0, events: 0, cpu: Number.NaN };
  for (const rate of tried) {
    const events = trial.load.events;
    const stretch = await trial.stretch(rate, seconds);
    if (!isSustained(stretch)) break;
    const perCall = (trial.load.events - events) / stretch.calls;
    found = { calls: rate, events: rate * perCall, cpu: (stretch.cpuSeconds * 1000) / stretch.calls };
  }
  await trial.stop();
  return found;
}

/** What a ruler never tells of (it knows no transfers) is not awaited from it. */
function isSustained({ latency, drainMs, mostBacklogBytes: backlog }: Stretch): boolean {
  const all = Object.values(latency)
    .flat()
    .sort((a, b) => a - b);
  const p99 = all.length === 0 ? 0 : percentile(all, 0.99);
  return drainMs <= mostDrainMs && backlog <= mostBacklogBytes && p99 <= mostP99Ms;
}
