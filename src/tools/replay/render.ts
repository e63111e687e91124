import type { CallEvent } from '../../call/call-event.ts';
import { textTable } from '../text-table.ts';
import { callbackLine, decided, effectLine, numberOf } from './decided.ts';
import type { Moment } from './retell.ts';
import { said } from './said.ts';
import type { Story } from './stories.ts';

export interface Look {
  /** Makes a text fit for the reader: no control characters, and no customers' numbers where they are masked. */
  readonly shown: (text: string) => string;
  /** How a recording is named, by its path or by a link to it. */
  readonly fileOf: (pathOrLink: string) => string;
  readonly allEvents: boolean;
  /** Epoch milliseconds as a reader's date and time. */
  readonly time: (ms: number) => string;
}

/** With the time and the gaps 160 columns. */
const widths = { said: 54, decided: 34, told: 59 } as const;

/** A call's table: when, what Asterisk said, what was made of it, what the CRM was told and shows. */
export function storyTable({ moments }: Story, look: Look): string {
  const start = moments[0]?.at ?? 0;
  const taken = takersIn(moments);
  const rows = moments.flatMap((moment) => {
    if (!look.allEvents && !isTelling(moment)) return [];
    const time = ((moment.at - start) / 1000).toFixed(3);
    return rowsOf(moment, look, taken).map((cells, line) => [line === 0 ? time.padStart(7) : '', ...cells]);
  });
  return textTable(['   time', 'Asterisk said', 'so', 'the CRM is told'], rows);
}

/** Without those that changed nothing: half of what Asterisk says of a call. */
function isTelling({ heard, company, events, told, matters }: Moment): boolean {
  if (heard === null) return told.length > 0 || events.some(({ kind }) => kind !== 'closed');
  if (matters || events.length > 0 || told.length > 0 || heard.input === null) return true;
  // app_queue says it twice of each phone that it drops, the second time as CANCEL.
  if (heard.input.kind === 'dialEnd') return heard.input.status !== 'CANCEL';
  if (heard.input.kind === 'bridgeEnter') return heard.input.holding || company.length > 0;
  return ['newChannel', 'dialBegin', 'hangup', 'pickup', 'click'].includes(heard.input.kind);
}

function rowsOf(moment: Moment, { shown, fileOf }: Look, takerOf: TakerOf): string[][] {
  const { heard, company, events, told } = moment;
  const columns = [
    [heard === null ? byItself(moment) : said(heard, company, fileOf)],
    decisions(events, takerOf),
    told.flatMap((one) => [callbackLine(one, fileOf) ?? [], effectLine(one.effects) ?? []].flat()),
  ];
  const limits = [widths.said, widths.decided, widths.told];
  const wrapped = columns.map((lines, column) => lines.flatMap((line) => wrap(shown(line), limits[column] ?? 1)));
  const height = Math.max(...wrapped.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) => wrapped.map((lines) => lines[line] ?? ''));
}

/** Who has a call in the moment in which he is rung was never rung: he picked it up, or was put through. */
function decisions(events: readonly CallEvent[], takerOf: TakerOf): string[] {
  const rung = new Set(events.flatMap((event) => (event.kind === 'rang' ? event.leg.extension : [])));
  const taken = new Set(events.flatMap((event) => (event.kind === 'answered' ? event.leg.extension : [])));
  return events.flatMap((event) => {
    const isBoth = 'leg' in event && rung.has(event.leg.extension) && taken.has(event.leg.extension);
    if (isBoth && event.kind === 'rang') return [];
    if (isBoth && event.kind === 'answered') return [`${event.leg.extension} has ${numberOf(event.leg)} on the line`];
    return decided(event, takerOf(event)) ?? [];
  });
}

function byItself({ events, told }: Moment): string {
  if (events.some(({ kind }) => kind === 'closed')) return '(closed: late events have had their time)';
  return told.some(({ callback }) => callback === null) ? '(nothing: the CRM does it by itself)' : '(nothing more)';
}

/** Who took the call when this ended; null: nobody did. */
type TakerOf = (event: CallEvent) => string | null;

/** The last to answer before, or, where a pick-up is told the other way round, the first after. */
function takersIn(moments: readonly Moment[]): TakerOf {
  const answers = moments.flatMap(({ events }) => events.filter((event) => event.kind === 'answered'));
  return (event) => {
    if (event.kind !== 'ended') return null;
    const others = answers.filter(({ leg }) => leg.extension !== event.leg.extension);
    const taker = others.findLast(({ at }) => at <= event.at) ?? others[0];
    return taker?.leg.extension ?? null;
  };
}

/** Breaks at blanks where it can; what goes on is indented. */
export function wrap(text: string, width: number): string[] {
  if (text.length <= width) return [text];
  const indent = `${/^ */.exec(text)?.[0] ?? ''}    `;
  const blank = text.lastIndexOf(' ', width);
  const at = blank > indent.length ? blank : width;
  return [text.slice(0, at), ...wrap(`${indent}${text.slice(at).trimStart()}`, width)];
}
