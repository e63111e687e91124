import type { Context } from 'koa';
import type { HttpPorts } from './ports.ts';

/**
 * `GET /health`: 503 while there is no link to Asterisk, for a load balancer, a supervisor or a monitor.
 * Open to all, so it tells no names, numbers or addresses.
 */
export async function health(context: Context, ports: Pick<HttpPorts, 'health'>): Promise<void> {
  const { version, link, outbox, crm, openCalls } = await ports.health();
  context.status = link.up ? 200 : 503;
  context.set('Cache-Control', 'no-store');
  context.body = {
    status: link.up ? 'ok' : 'no link to Asterisk',
    version,
    link: { state: link.state, since: link.since, lastEventAt: link.lastEventAt },
    outbox: { depth: outbox.depth, oldestSeconds: outbox.oldestSeconds },
    crm,
    openCalls,
  };
}
