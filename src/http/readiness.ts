import type { Context } from 'koa';
import { answer, troublesOf } from './health.ts';
import type { MonitorAccess } from './monitor-access.ts';
import type { HealthReport, HttpPorts } from './ports.ts';

/** `GET /health/live`: 200 for as long as the process answers, also while it waits for its database. */
export function live(context: Context): void {
  context.set('Cache-Control', 'no-store');
  context.body = { status: 'ok' };
}

/** Of whom it is asked: `name` null is the only one. */
export interface Subject {
  readonly name: string | null;
  readonly ports: Pick<HttpPorts, 'health'>;
}

/**
 * `GET /health/ready`: 200 while calls can be heard and kept, else 503 and the reasons. Several connections are ready while one of
 * them is: who keeps requests away from all would keep them from that one.
 */
export async function ready(
  context: Context,
  subjects: readonly Subject[],
  access: Pick<MonitorAccess, 'judge'>,
): Promise<void> {
  const each = await Promise.all(
    subjects.map(async ({ name, ports }) => [name, readinessOf(await ports.health())] as const),
  );
  const isReady = each.some(([, { status }]) => status === 'ready');
  const [first] = each;
  const single = first?.[0] === null ? first[1] : null;
  const several = { status: isReady ? 'ready' : 'not ready', connections: Object.fromEntries(each) };
  answer(context, isReady, single ?? several, access);
}

export function readinessOf({ link, database, crm }: HealthReport) {
  const reasons = troublesOf({ link, database }).map((trouble) =>
    trouble === 'the database fails' && database.problem !== null ? `${trouble}: ${database.problem}` : trouble,
  );
  return {
    status: reasons.length === 0 ? 'ready' : 'not ready',
    reasons,
    /** Says nothing of being ready: what the CRM is to be told waits for it. */
    crm: { isAway: crm.isAway, alarms: crm.alarms },
  };
}
