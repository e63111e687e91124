import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { FakeAsterisk } from '../test/doubles/fake-asterisk.ts';
import type { Figure, Part } from './part.ts';
import { Sink } from './sink.ts';
import { cpuSeconds, residentMiB, type Subject, startBare, startConnector } from './subject.ts';

/** Until what a start leaves behind has been collected, or never will be. */
const settleMs = 60_000;
const measuredMs = 60_000;

export const idle: Part = {
  name: 'idle',
  about: 'Memory and processor time a minute after the start, logged in to an Asterisk without calls (2 minutes).',
  async measure() {
    const [asterisk, sink] = [await FakeAsterisk.start(), await Sink.start()];
    const recordings = await mkdtemp(join(tmpdir(), 'bench-idle-'));
    const surroundings = { amiPort: asterisk.port, crmUrl: sink.url, recordings };
    const subjects = { connector: await startConnector(surroundings), bare: await startBare(surroundings) };
    try {
      while (asterisk.server.clients.length < 2) await pause(20);
      const [connector, bare] = await Promise.all([measured(subjects.connector), measured(subjects.bare)]);
      return figures(connector, bare);
    } finally {
      await Promise.all([subjects.connector.stop(), subjects.bare.stop()]);
      await Promise.all([asterisk.stop(), sink.stop(), rm(recordings, { recursive: true, force: true })]);
    }
  },
};

interface Idle {
  readonly memory: number;
  readonly cpuPercent: number;
}

async function measured({ pid }: Subject): Promise<Idle> {
  await pause(settleMs);
  const [before, from] = [cpuSeconds(pid), performance.now()];
  await pause(measuredMs);
  const cpuPercent = ((cpuSeconds(pid) - before) * 100_000) / (performance.now() - from);
  return { memory: residentMiB(pid), cpuPercent };
}

function figures(connector: Idle, bare: Idle): readonly Figure[] {
  const both = (what: keyof Idle) => ({
    connector: connector[what],
    rulers: { 'asterisk-manager + undici': bare[what] },
  });
  return [
    { name: 'memory, idle', unit: 'MiB', ...both('memory'), target: { is: 'most', value: 70 } },
    { name: 'CPU, idle', unit: '% of a core', ...both('cpuPercent'), target: { is: 'most', value: 0.2 } },
  ];
}
