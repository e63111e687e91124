import type { Clock } from '../clock.ts';
import type { Config, NamedConfig } from '../config/schema.ts';
import type { HttpSide } from '../http-side.ts';
import type { Log } from '../log.ts';
import type { MetricsOfProcess } from '../metrics/metrics.ts';
import { createMetricsSide, type MetricsSide, noMetrics } from '../metrics-side.ts';
import { Keeper, type Running } from './keeper.ts';
import { createSharedHttp, type SharedHttp } from './shared-http.ts';

interface Parts {
  readonly log: Log;
  readonly version: string;
  readonly clock: Clock;
  readonly signal?: AbortSignal;
  readonly onFatal: (fault: unknown) => void;
  readonly loadMetrics: () => Promise<MetricsOfProcess>;
}

/** What one connection is started with: its own log, its own place at the listener. */
interface ConnectionParts extends Parts {
  readonly connection: string;
  readonly http: HttpSide;
}

export type StartOne = (config: Config, parts: ConnectionParts) => Promise<Running>;

interface Started extends Running {
  readonly httpPort: number;
}

/**
 * Several connections in one process: one listener and one log, all else each by itself. One that cannot be started, or cannot
 * go on, is tried again and again while the others run. With a single one it is as without a name: its faults are the process's.
 *
 * @throws the fault of an address that cannot be listened on; with a single one also those of its start
 */
export async function startConnections(
  connections: readonly NamedConfig[],
  parts: Parts,
  startOne: StartOne,
): Promise<Started> {
  const logOf = (name: string) => parts.log.child({ connection: name });
  const metricsOf = await metricsOfEach(connections, parts.loadMetrics);
  const http = createSharedHttp(connections, { ...parts, logOf, metricsOf });
  const httpPort = await http.listen();
  const partsOf = (name: string) => ({ ...parts, log: logOf(name), connection: name, http: http.of(name) });
  const [first, ...more] = connections;
  try {
    if (first !== undefined && more.length === 0)
      return { ...joined(http, [await startOne(first.config, partsOf(first.name))]), httpPort };
  } catch (fault) {
    await http.close();
    throw fault;
  }
  const keepers = connections.map(({ name, config }) => {
    const own = partsOf(name);
    return new Keeper({
      ...own,
      start: (onFatal, signal) => startOne(config, { ...own, onFatal, signal }),
      onDown: (why) => http.of(name).isDown(why),
    });
  });
  for (const keeper of keepers) keeper.start();
  parts.log.info(`${connections.length} connections: ${connections.map(({ name }) => name).join(', ')}`);
  return { ...joined(http, keepers), httpPort };
}

/** One that does not run has its place in the metrics as well. */
async function metricsOfEach(connections: readonly NamedConfig[], load: Parts['loadMetrics']) {
  const each = new Map<string, MetricsSide>();
  for (const { name, config } of connections) each.set(name, await createMetricsSide(config, load, name));
  return (name: string) => each.get(name) ?? noMetrics;
}

function joined(http: SharedHttp, running: readonly Running[]): Running {
  return {
    // One that hangs is no reason to end the others.
    isAlive: () => Promise.any(running.map((one) => one.isAlive())),
    async stop() {
      await http.close();
      const ends = await Promise.allSettled(running.map((one) => one.stop()));
      for (const end of ends) if (end.status === 'rejected') throw end.reason;
    },
  };
}
