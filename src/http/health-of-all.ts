import type { Context } from 'koa';
import type { NamedSite } from './desk.ts';
import { healthOf } from './health.ts';

/**
 * `GET /health` at the root of several connections: each by its name. 503 only when none of them is well: a supervisor that
 * acts on it would end the calls of those that are.
 */
export async function healthOfAll(context: Context, sites: readonly NamedSite[]): Promise<void> {
  const each = await Promise.all(sites.map(async ({ name, ports }) => ({ name, ...healthOf(await ports.health()) })));
  const troubled = each.filter(({ isWell }) => !isWell);
  context.status = troubled.length < each.length ? 200 : 503;
  context.set('Cache-Control', 'no-store');
  context.body = {
    status: troubled.map(({ name, body }) => `${name}: ${body.status}`).join('; ') || 'ok',
    connections: Object.fromEntries(each.map(({ name, body }) => [name, body])),
  };
}
