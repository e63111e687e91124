import type { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { catalogue, type MetricKey, type MetricNote } from './catalogue.ts';

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

/** Makes every metric of the catalogue, in a registry. */
export function makeAll(prom: Prom, registry: Registry): MadeMetrics {
  const make = ({ name, type, labels, help, buckets }: MetricNote) => {
    const settings = { name, help, labelNames: [...labels, 'connection'], registers: [registry] };
    if (type === 'counter') return new prom.Counter(settings);
    if (type === 'gauge') return new prom.Gauge(settings);
    return new prom.Histogram({ ...settings, buckets: [...(buckets ?? [])] });
  };
  return Object.fromEntries(Object.entries(catalogue).map(([key, note]) => [key, make(note)])) as MadeMetrics;
}
