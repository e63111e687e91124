import { mkdir } from 'node:fs/promises';
import { parseArgs } from 'node:util';
import type { Figure, Part } from './part.ts';
import { type MedianFigure, medians, reportText, writeReport } from './report.ts';
import { connectorOptions } from './subject.ts';

/**
 * Measures the connector, part by part, and holds it against rulers in the same run. `npm run bench -- --only latency,click --runs 3 --write`
 */
const parts: Readonly<Record<string, () => Promise<Part>>> = {
  sustained: async () => (await import('./sustained.ts')).sustained,
  latency: async () => (await import('./latency.ts')).latency,
  'open-calls': async () => (await import('./open-calls.ts')).openCalls,
  memory: async () => (await import('./memory.ts')).memory,
  idle: async () => (await import('./idle.ts')).idle,
  click: async () => (await import('./click.ts')).click,
  recordings: async () => (await import('./recordings.ts')).recordings,
  'slow-crm': async () => (await import('./slow-crm.ts')).slowCrm,
  reader: async () => (await import('./reader.ts')).reader,
  'start-up': async () => (await import('./start-up.ts')).startUp,
  popups: async () => (await import('./popups.ts')).popups,
};

const { values } = parseArgs({
  options: {
    list: { type: 'boolean' },
    only: { type: 'string' },
    runs: { type: 'string' },
    write: { type: 'boolean' },
    profile: { type: 'string' },
  },
});
const wanted = values.only?.split(',') ?? Object.keys(parts);
const unknown = wanted.filter((name) => parts[name] === undefined);
if (unknown.length > 0) {
  console.error(`--only: no part is called ${unknown.join(', ')}; there are: ${Object.keys(parts).join(', ')}`);
  process.exit(2);
}
if (values.list) {
  for (const load of Object.values(parts)) {
    const { name, about } = await load();
    console.log(`${name.padEnd(12)} ${about}`);
  }
  process.exit();
}
if (values.profile !== undefined) {
  await mkdir(values.profile, { recursive: true });
  connectorOptions.push('--cpu-prof', `--cpu-prof-dir=${values.profile}`);
}

const runs = Number(values.runs ?? 1);
for (const name of wanted) {
  const part = await (parts[name] as () => Promise<Part>)();
  const measured: (readonly Figure[])[] = [];
  for (let run = 1; run <= runs; run += 1) {
    console.log(`${name}, run ${run} of ${runs}`);
    measured.push(await part.measure());
  }
  const figures: readonly MedianFigure[] = medians(measured);
  console.log(reportText(figures));
  if (values.write) await writeReport(part, figures, runs);
}
process.exit();
