import type { Context } from 'koa';
import type { MonitorAccess } from './monitor-access.ts';
import type { HealthReport, HttpPorts } from './ports.ts';

/**
 * `GET /health`: 503 while there is no link to Asterisk or the database fails, for a load balancer, a supervisor or a
 * monitor. Whether it is well is told to all, without names, numbers or addresses; the details to monitors.
 */
export async function health(
  context: Context,
  ports: Pick<HttpPorts, 'health'>,
  access: Pick<MonitorAccess, 'judge'>,
): Promise<void> {
  const { isWell, body } = healthOf(await ports.health());
  answer(context, isWell, body, access);
}

/** @param body in it, `status` is what everybody is told */
export function answer(
  context: Context,
  isWell: boolean,
  body: { readonly status: string },
  access: Pick<MonitorAccess, 'judge'>,
): void {
  context.status = isWell ? 200 : 503;
  context.set('Cache-Control', 'no-store');
  context.body = access.judge(context) === 'allowed' ? body : { status: body.status };
}

/** What is told of one connection. */
export function healthOf({ version, link, database, outbox, crm, openCalls }: HealthReport) {
  const troubles = troublesOf({ link, database });
  const body = {
    status: troubles.join('; ') || 'ok',
    version,
    link: { state: link.state, since: link.since, lastEventAt: link.lastEventAt },
    database,
    outbox: { depth: outbox.depth, oldestSeconds: outbox.oldestSeconds, givenUp: outbox.givenUp },
    crm,
    openCalls,
  };
  return { isWell: troubles.length === 0, body };
}

/** Why calls cannot be heard, or not be kept. That the CRM is away is none of it: what it is to be told waits. */
export function troublesOf({ link, database }: Pick<HealthReport, 'link' | 'database'>): string[] {
  const troubles = [];
  if (database.state === 'failing') troubles.push('the database fails');
  if (!link.up) troubles.push('no link to Asterisk');
  return troubles;
}
