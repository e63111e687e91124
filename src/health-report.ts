import type { AmiLink } from './ami/link.ts';
import type { TrackerState } from './call/state.ts';
import type { Clock } from './clock.ts';
import type { CrmSide } from './crm-side.ts';
import type { Patience, Waiting } from './db/patience.ts';
import type { HealthReport } from './http/ports.ts';

export interface HealthParts {
  readonly version: string;
  readonly crm: CrmSide;
  readonly state: TrackerState;
  readonly patience: Patience;
  readonly clock: Clock;
  readonly link: AmiLink;
}

/** A monitor waits for its answer. */
const healthWaitMs = 1_000;

/** For those who ask how the connector is. */
export async function healthOf(parts: HealthParts): Promise<HealthReport> {
  const { version, crm, state, patience, link } = parts;
  const outbox = await outboxHealth(parts);
  const iso = (ms: number) => new Date(ms).toISOString();
  return {
    version,
    link: {
      state: link.state,
      up: link.state === 'up',
      since: iso(link.since),
      lastEventAt: link.lastEventAt === null ? null : iso(link.lastEventAt),
    },
    database: databaseHealth(patience, crm.store.backlog),
    outbox,
    crm: {
      dialect: crm.choice.name ?? 'unknown',
      isAway: crm.courier.state.isCrmAway,
      alarms: crm.courier.state.alarms.map(({ kind }) => kind),
    },
    openCalls: state.calls.size,
  };
}

function databaseHealth({ state }: Patience, backlog: Waiting): HealthReport['database'] {
  const { kept, droppedCalls } = backlog;
  return {
    state: state.state,
    since: new Date(state.since).toISOString(),
    problem: state.problem,
    kept: state.state === 'well' ? 0 : kept,
    droppedCalls,
    madeAnewAt: state.mendedAt === null ? null : new Date(state.mendedAt).toISOString(),
  };
}

/** How much waits for the CRM; not asked of a database that would keep whoever asks waiting. */
export async function outboxHealth({
  crm,
  patience,
  clock,
}: Pick<HealthParts, 'crm' | 'patience' | 'clock'>): Promise<HealthReport['outbox']> {
  const unknown = { depth: null, oldestSeconds: null, givenUp: null };
  if (patience.state.state === 'failing') return unknown;
  const { store } = crm;
  const asked = Promise.all([store.depth(), store.oldestAgeMs(), store.givenUp()]).then(
    ([depth, oldest, givenUp]) => ({ depth, oldestSeconds: Math.round((oldest ?? 0) / 1000), givenUp }),
    () => unknown,
  );
  let cancel = () => {};
  const enough = new Promise<typeof unknown>((resolve) => {
    cancel = clock.after(healthWaitMs, () => resolve(unknown));
  });
  return Promise.race([asked, enough]).finally(cancel);
}
