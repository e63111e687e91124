import { createMetrics, type MetricsOfProcess } from './metrics.ts';

/**
 * What looks at the event loop's delay wakes the process: so often, for 0.2 % of a processor (measured). An idle loop is shown with
 * this delay, as Node measures from one look to the next.
 */
const loopResolutionMs = 20;

/** Gauges that are named as counters (prom-client 15): `promtool check metrics` objects to them. */
const misnamed = ['nodejs_active_handles_total', 'nodejs_active_requests_total', 'nodejs_active_resources_total'];

/**
 * One for a process, as what looks at its event loop and its garbage is not taken away again. prom-client takes 2 MB of memory:
 * it is loaded when metrics are first asked for.
 */
export function createMetricsLoader(version: string): () => Promise<MetricsOfProcess> {
  let loaded: Promise<MetricsOfProcess> | null = null;
  return () => {
    loaded ??= load(version);
    return loaded;
  };
}

async function load(version: string): Promise<MetricsOfProcess> {
  const { default: prom } = await import('prom-client');
  const registry = new prom.Registry();
  prom.collectDefaultMetrics({ register: registry, eventLoopMonitoringPrecision: loopResolutionMs });
  for (const name of misnamed) registry.removeSingleMetric(name);
  return createMetrics(prom, registry, version);
}
