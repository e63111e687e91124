import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { catalogue, type MetricKey, type MetricNote } from './catalogue.ts';
import { createMeters } from './count.ts';
import type { Meters } from './meters.ts';
import type { Reading } from './reading.ts';
import { show } from './show.ts';

export type Prom = typeof import('prom-client');

type Made<Note extends MetricNote> = Note['type'] extends 'counter'
  ? Counter
  : Note['type'] extends 'gauge'
    ? Gauge
    : Histogram;

/** Every metric of the catalogue, as prom-client keeps it. */
export type MadeMetrics = { readonly [Key in MetricKey]: Made<(typeof catalogue)[Key]> };

export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** What one connector, with its link and its CRM, counts. */
export interface Metrics {
  readonly meters: Meters;
  /** What Prometheus reads. */
  page(reading: Reading): Promise<MetricsPage>;
}

export interface MetricsSettings {
  readonly version: string;
  /** Becomes the label `connection` of every line; null: there is only one. */
  readonly connection: string | null;
  /** What is of the process as a whole. */
  readonly ofProcess: Registry;
}

export function createMetrics(prom: Prom, { version, connection, ofProcess }: MetricsSettings): Metrics {
  const registry = new prom.Registry();
  if (connection !== null) registry.setDefaultLabels({ connection });
  const made = makeAll(prom, registry);
  made.buildInfo.set({ version, node_version: process.version }, 1);
  return {
    meters: createMeters(made),
    async page(reading) {
      show(reading, made);
      const [own, common] = await Promise.all([registry.metrics(), ofProcess.metrics()]);
      return { contentType: registry.contentType, text: `${own}${common}` };
    },
  };
}

function makeAll(prom: Prom, registry: Registry): MadeMetrics {
  const make = ({ name, type, labels, help, buckets }: MetricNote) => {
    const settings = { name, help, labelNames: [...labels], registers: [registry] };
    if (type === 'counter') return new prom.Counter(settings);
    if (type === 'gauge') return new prom.Gauge(settings);
    return new prom.Histogram({ ...settings, buckets: [...(buckets ?? [])] });
  };
  return Object.fromEntries(Object.entries(catalogue).map(([key, note]) => [key, make(note)])) as MadeMetrics;
}
