import { localTimeIn } from '../crm/local-time.ts';
import type { Reconciliation } from '../reconcile/reconcile-span.ts';
import { type Ending, isSettled, type ReportLine, reportLines } from '../reconcile/report.ts';
import { counted, plain, textTable } from './text-table.ts';

const seconds = (ms: number) => Math.round(ms / 1000);

/** The comparison for an admin, with times in `timeZone`. */
export function reconcileText(found: Reconciliation, title: string, timeZone: string): string {
  const time = localTimeIn(timeZone);
  const { from, until } = found.span;
  const lines = reportLines(found);
  return [
    `Calls that began from ${time(from)} to ${time(until)} (${timeZone}), by Asterisk's CDR (${title}):`,
    '',
    `Asterisk ${found.asterisk}, ours ${found.ours}, CRM ${found.crm}`,
    ...asides(found),
    '',
    ...(lines.length === 0 ? [] : [table(lines, time, timeZone), '']),
    conclusion(found),
    '',
  ].join('\n');
}

function asides({ unrung, open, skewMs }: Reconciliation): string[] {
  return [
    ...(unrung > 0 ? [`${counted(unrung, 'more call')} rang nobody's phone (the command \`missed\` lists them).`] : []),
    ...(open > 0 ? [`${counted(open, 'call')} that the connector still has open: not compared.`] : []),
    ...(skewMs === 0 ? [] : [`The connector's clock is ${skewOf(skewMs)} Asterisk's, which is allowed for.`]),
  ];
}

function skewOf(ms: number): string {
  return `${Math.abs(seconds(ms))} s ${ms > 0 ? 'ahead of' : 'behind'}`;
}

function table(lines: readonly ReportLine[], time: (ms: number) => string, timeZone: string): string {
  const heads = [`when (${timeZone})`, 'user', 'direction', 'number', 'line', 'what', 'now'];
  const rows = lines.map((line) => [
    time(line.at),
    plain(line.extension),
    line.direction,
    plain(line.number) || 'withheld',
    plain(line.line),
    what(line),
    line.remedy === null ? 'remark' : remedies[line.remedy],
  ]);
  return textTable(heads, rows);
}

const remedies = { repaired: 'repaired', waits: 'on its way', open: '-' } as const;

function what({ kind, asterisk, ours, why, at }: ReportLine): string {
  switch (kind) {
    case 'missing':
      return `not known here: ${asterisk === null ? '' : ending(asterisk, at)}`;
    case 'unrung':
      return 'not known here: rang nobody';
    case 'different':
      return `${why}: here ${ours === null ? '' : ending(ours, at)}; in Asterisk ${asterisk === null ? '' : ending(asterisk, at)}`;
    case 'untold':
      return `CRM not told (${plain(why)})`;
    case 'extra':
      return `not in Asterisk's CDR: ${ours === null ? '' : ending(ours, at)}`;
  }
}

function ending({ outcome, endedAt, talkedMs }: Ending, at: number): string {
  const long = `${seconds(Math.max(0, endedAt - at))} s`;
  return `${outcome} after ${long}${outcome === 'completed' ? `, talked ${seconds(talkedMs)} s` : ''}`;
}

function conclusion(found: Reconciliation): string {
  const { findings, span } = found;
  if (findings.length === 0) return 'All agree.';
  const count = counted(findings.length, 'difference');
  if (isSettled(found)) return `${count}: repaired. The CRM is told as soon as it answers; run it again to see it.`;
  const givenUp = findings.some((finding) => 'untold' in finding && finding.told.kind === 'given-up');
  const advice = span.repair ? 'What is marked with - could not be repaired.' : 'With --repair the CRM is told.';
  return `${count}. ${advice}${givenUp ? ' Callbacks that were given up: see docs/retry.md.' : ''}`;
}

/** The same for a program. */
export function reconcileJson(found: Reconciliation, title: string): string {
  const iso = (ms: number) => new Date(ms).toISOString();
  const end = (ending: Ending | null) =>
    ending === null
      ? null
      : { status: ending.outcome, ended_at: iso(ending.endedAt), talk_seconds: seconds(ending.talkedMs) };
  const { asterisk, ours, crm, unrung, open, span, skewMs } = found;
  const shown = {
    from: iso(span.from),
    until: iso(span.until),
    source: title,
    ...{ asterisk, ours, crm, unrung, open },
    clock_ahead_seconds: seconds(skewMs),
    settled: isSettled(found),
    findings: reportLines(found).map((line) => ({
      ...line,
      at: iso(line.at),
      asterisk: end(line.asterisk),
      ours: end(line.ours),
    })),
  };
  return `${JSON.stringify(shown, null, 2)}\n`;
}
