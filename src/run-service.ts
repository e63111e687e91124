import process from 'node:process';
import { changedKeys } from './changed-keys.ts';
import { systemClock } from './clock.ts';
import { formatProblems } from './config/format-problems.ts';
import type { LoadResult } from './config/load.ts';
import { environment } from './config/process-environment.ts';
import { readApart } from './config/read-apart.ts';
import type { Log } from './log.ts';
import { logOf } from './log-of.ts';
import { createMetricsLoader } from './metrics/load.ts';
import { supervisorOf } from './notify.ts';
import { type Read, Reloads } from './reload.ts';
import { inWords, runUntilStopped, stopLimitMs } from './run.ts';
import type { Service } from './service.ts';
import { createSuccessiveLog } from './successive-log.ts';
import { createSupervised, type Supervised } from './supervised.ts';

type Loaded = Extract<LoadResult, { readonly ok: true }>;

export interface ServiceRun {
  /** To begin with. */
  readonly settings: Loaded;
  /** Where the settings are, looked for at each reload; null: in the environment alone. */
  readonly file: () => string | null;
  readonly version: string;
}

/** The connector as a process of its own: SIGHUP has it read its settings again, and systemd is told how it is. */
export function runService({ settings, file, version }: ServiceRun): Promise<number | null> {
  const { config } = settings;
  const log = createSuccessiveLog(logOf(config));
  const loadMetrics = createMetricsLoader(version);
  let service: Service | null = null;
  const supervised = supervise(log, async () => service?.isAlive());
  let onFatal: (fault: unknown) => void = () => {};
  const reloads = new Reloads({
    ...{ settings, changes, log, inWords },
    ...reloadingOf(supervised),
    read: () => read(file()),
    onUse(next) {
      log.use(logOf(next.config));
      for (const note of next.notes) log.warn(note);
    },
    onFatal: (fault) => onFatal(fault),
    stopLimitMs: stopLimitMs + config.http.close_grace_seconds * 1000,
    async start(next, signal) {
      service = null;
      const { startService } = await import('./service.ts');
      service = await startService(next.config, { log, version, onFatal, signal, loadMetrics });
      return service;
    },
  });
  const start = async (_: Log, onFault: typeof onFatal, signal: AbortSignal) => {
    onFatal = onFault;
    await reloads.start(signal);
    supervised.ready('runs');
    return reloads;
  };
  const onHangup = () => {
    log.info('SIGHUP: reading the settings again');
    reloads.reload();
  };
  return runUntilStopped(start, log, { onHangup, onStopping: supervised.stopping });
}

function supervise(log: Log, isAlive: () => Promise<void>): Supervised {
  const supervisor = supervisorOf(environment(), process.pid, (fault) =>
    log.warn(`systemd cannot be told how the connector is: ${fault.message}`),
  );
  return createSupervised({ supervisor, clock: systemClock, isAlive });
}

function reloadingOf({ reloading, ready }: Supervised) {
  return {
    onReloading: reloading,
    onReloaded: (settings: 'new' | 'old') =>
      ready(settings === 'new' ? 'runs' : 'runs with its old settings: the log tells what is wrong with the new ones'),
  };
}

async function read(file: string | null): Promise<Read<Loaded>> {
  const loaded = await readApart(file);
  if (loaded.ok) return { ok: true, settings: loaded };
  const [, ...lines] = formatProblems(loaded.problems, file).replaceAll('\n      ', ': ').split('\n');
  return { ok: false, problems: lines.map((line) => line.trim()) };
}

function changes({ config: before }: Loaded, { config: after }: Loaded): string[] {
  const changed = changedKeys(before, after);
  const what = changed.length === 0 ? 'no key has changed' : `changed: ${changed.join(', ')}`;
  const ran = `the connector runs with the settings as they are now (${what})`;
  if (!changed.some((key) => key.endsWith('database.path'))) return [ran];
  const moved =
    'database.path has changed: what waits for the CRM in the old database stays there, and calls that were open';
  return [ran, `${moved} then are taken up as new ones`];
}
