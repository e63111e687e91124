import type { Context, Next } from 'koa';
import type { NamedSite } from './desk.ts';
import type { HttpPorts } from './ports.ts';

const knownPaths = new Set([
  ...['/makecall', '/recording', '/live', '/live/calls', '/live/quiet', '/status'],
  ...['/health', '/health/live', '/health/ready', '/metrics'],
]);

/** By the paths that there are: each that somebody made up would be a line of its own in the metrics. */
export function countRequests(root: HttpPorts, sites: readonly NamedSite[]) {
  const bySite = new Map(sites.map(({ name, ports }) => [`/${name}`, ports]));
  return async (context: Context, next: Next): Promise<void> => {
    await next();
    const [, below = '', path = ''] = /^(\/[a-z0-9-]{1,20})(\/.*)$/s.exec(context.path) ?? [];
    const own = bySite.get(below);
    const asked = own === undefined ? context.path : path;
    (own ?? root).meters.requested(knownPaths.has(asked) ? asked : 'other', context.status);
  };
}
