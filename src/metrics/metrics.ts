import type { Registry } from 'prom-client';
import { createMeters } from './count.ts';
import { makeAll, type Own, type Prom } from './made.ts';
import type { Meters } from './meters.ts';
import type { Reading } from './reading.ts';
import { show } from './show.ts';

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
