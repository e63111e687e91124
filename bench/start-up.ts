import { openDatabase } from '../src/db/open.ts';
import { fill } from './million-rows.ts';
import { OriginateSink } from './originate-sink.ts';
import type { Figure, Part } from './part.ts';
import { ServedConnector } from './served-connector.ts';
import { median } from './spread.ts';

const starts = 5;
const calls = 1_000_000;

export const startUp: Part = {
  name: 'start-up',
  about: 'From the start of the process until it is ready, with an empty database and with a million calls.',
  async measure() {
    const empty = await measureStarts(async () => {});
    const full = await measureStarts(async (path) => {
      const database = await openDatabase(path);
      await fill(database, { calls, open: 1, waiting: 0, now: Date.now() });
      // What those are is nothing that could be taken up.
      await database('calls').delete();
      await database.destroy();
    });
    return [...figures('an empty database', empty), ...figures('a million calls', full)];
  },
};

interface Starts {
  readonly loginMs: readonly number[];
  readonly readyMs: readonly number[];
  readonly memory: readonly number[];
}

function figures(what: string, { loginMs, readyMs, memory }: Starts): Figure[] {
  return [
    { name: `start to Login, ${what}`, unit: 'ms', connector: median(loginMs) },
    { name: `start to ready, ${what}`, unit: 'ms', connector: median(readyMs) },
    { name: `resident memory when ready, ${what}`, unit: 'MiB', connector: median(memory) },
  ];
}

/** One database, started upon again and again: what it finds is the same each time but for the first. */
async function measureStarts(prepare: (path: string) => Promise<void>): Promise<Starts> {
  const asterisk = await OriginateSink.start();
  const connector = await ServedConnector.prepare({ asterisk, prepare });
  const [loginMs, readyMs, memory]: [number[], number[], number[]] = [[], [], []];
  try {
    for (let n = 0; n < starts; n += 1) {
      const begun = performance.now();
      await connector.spawn();
      await connector.untilReady();
      readyMs.push(performance.now() - begun);
      loginMs.push((asterisk.loggedInAt ?? Number.NaN) - begun);
      memory.push(connector.memory);
      await connector.end();
    }
  } finally {
    await connector.stop();
    asterisk.stop();
  }
  return { loginMs, readyMs, memory };
}
