import type { Context } from 'koa';
import type { HealthReport, HttpPorts } from './ports.ts';

/**
 * `GET /health`: 503 while there is no link to Asterisk or the database fails, for a load balancer, a supervisor or a
 * monitor.
 * Open to all, so it tells no names, numbers or addresses.
 */
export async function health(context: Context, ports: Pick<HttpPorts, 'health'>): Promise<void> {
  const { isWell, body } = healthOf(await ports.health());
  context.status = isWell ? 200 : 503;
  context.set('Cache-Control', 'no-store');
  context.body = body;
}

/** What is told of one connection. */
export function healthOf({ version, link, database, outbox, crm, openCalls }: HealthReport) {
  const troubles = [];
  if (database.state === 'failing') troubles.push('the database fails');
  if (!link.up) troubles.push('no link to Asterisk');
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
