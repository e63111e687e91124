import type { Context } from 'koa';
import type { Desk } from './desk.ts';
import type { MonitorAccess, MonitorVerdict } from './monitor-access.ts';
import type { RefusalLog } from './refusal-log.ts';

export interface MetricsParts {
  /** The figures of all of them are on one page. */
  readonly desks: readonly Desk[];
  readonly access: MonitorAccess;
  readonly refusals: RefusalLog;
}

const refused: Record<Exclude<MonitorVerdict, 'allowed'>, { readonly status: number; readonly text: string }> = {
  address: {
    status: 403,
    text: 'This address may not read the metrics: add it to http.monitors, or send http.monitor_token as a bearer token.\n',
  },
  wrong: { status: 403, text: 'The token is wrong: it is http.monitor_token of the connector, not crm.token.\n' },
  locked: { status: 429, text: 'Too many wrong tokens from this address: try again in a minute.\n' },
};

const off = 'The connector counts nothing: set http.metrics to true.\n';

/** `GET /metrics`: what Prometheus reads. */
export async function metrics(context: Context, { desks, access, refusals }: MetricsParts): Promise<void> {
  context.set('Cache-Control', 'no-store');
  const verdict = access.judge(context);
  if (verdict !== 'allowed') {
    refusals.refused(
      `metrics refused: ${verdict === 'address' ? 'neither a monitor nor a token' : `token ${verdict}`}`,
      context.ip,
    );
    context.status = refused[verdict].status;
    if (verdict === 'locked') context.set('Retry-After', '60');
    context.body = refused[verdict].text;
    return;
  }
  await Promise.all(desks.map(({ ports, streams }) => ports.measure(streams.count)));
  const page = await desks[0]?.ports.metricsPage();
  context.status = page == null ? 404 : 200;
  context.body = page == null ? off : page.text;
  if (page != null) context.set('Content-Type', page.contentType);
}
