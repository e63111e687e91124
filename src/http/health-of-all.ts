import type { Context } from 'koa';
import type { NamedSite } from './desk.ts';
import { answer, healthOf } from './health.ts';
import type { MonitorAccess } from './monitor-access.ts';

/**
 * `GET /health` at the root of several connections: each by its name. 503 only when none of them is well: a supervisor that
 * acts on it would end the calls of those that are.
 */
export async function healthOfAll(
  context: Context,
  sites: readonly NamedSite[],
  access: Pick<MonitorAccess, 'judge'>,
): Promise<void> {
  const each = await Promise.all(sites.map(async ({ name, ports }) => ({ name, ...healthOf(await ports.health()) })));
  const troubled = each.filter(({ isWell }) => !isWell);
  const body = {
    status: troubled.map(({ name, body }) => `${name}: ${body.status}`).join('; ') || 'ok',
    connections: Object.fromEntries(each.map(({ name, body }) => [name, body])),
  };
  answer(context, troubled.length < each.length, body, access);
}
