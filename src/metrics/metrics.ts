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

/** What every line of a connection bears: its name, or nothing where there is only one. */
export type Own = Readonly<Record<string, string>>;

export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

/** What one connection of a PBX with a CRM counts, and how it is. */
export interface Metrics {
  readonly meters: Meters;
  /** Before each page. */
  show(reading: Reading): void;
}

/** The metrics of a process: of each of its connections, and of itself. */
export interface MetricsOfProcess {
  /**
   * Asked again for the same connection, it counts on.
   *
   * @param connection its name, which becomes a label; null: there is only one
   */
  of(connection: string | null): Metrics;
  /** What Prometheus reads. */
  page(): Promise<MetricsPage>;
}

export function createMetrics(prom: Prom, registry: Registry, version: string): MetricsOfProcess {
  const made = makeAll(prom, registry);
  made.buildInfo.set({ version, node_version: process.version }, 1);
  return {
    of(connection) {
      const own: Own = connection === null ? {} : { connection };
      return { meters: createMeters(made, own), show: (reading) => show(reading, made, own) };
    },
    page: async () => ({ contentType: registry.contentType, text: await registry.metrics() }),
  };
}

function makeAll(prom: Prom, registry: Registry): MadeMetrics {
  const make = ({ name, type, labels, help, buckets }: MetricNote) => {
    const settings = { name, help, labelNames: [...labels, 'connection'], registers: [registry] };
    if (type === 'counter') return new prom.Counter(settings);
    if (type === 'gauge') return new prom.Gauge(settings);
    return new prom.Histogram({ ...settings, buckets: [...(buckets ?? [])] });
  };
  return Object.fromEntries(Object.entries(catalogue).map(([key, note]) => [key, make(note)])) as MadeMetrics;
}
