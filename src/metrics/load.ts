import type { Registry } from 'prom-client';
import { createMetrics, type Metrics } from './metrics.ts';

/** What looks at the event loop's delay wakes the process: so often, it costs nothing that can be measured. */
const loopResolutionMs = 50;

/** Makes the metrics of one connector after the other, of one process. */
export interface MetricsOfProcess {
  /** @param connection its name, where a process has several; null: it has one */
  of(connection: string | null): Metrics;
}

/** prom-client takes 2 MB of memory: it is loaded for those alone who want metrics. */
export async function loadMetrics(version: string): Promise<MetricsOfProcess> {
  const { default: prom } = await import('prom-client');
  const ofProcess: Registry = new prom.Registry();
  prom.collectDefaultMetrics({ register: ofProcess, eventLoopMonitoringPrecision: loopResolutionMs });
  return { of: (connection) => createMetrics(prom, { version, connection, ofProcess }) };
}
