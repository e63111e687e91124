import type { CallEvent } from '../../call/call-event.ts';
import type { Linkedid } from '../../call/ids.ts';
import { textTable } from '../text-table.ts';
import type { StoryRow } from './crm-side.ts';
import { outcomeOf, titleOf } from './outcome.ts';
import { type Look, storyTable, wrap } from './render.ts';
import type { Retold } from './retell.ts';
import type { Story } from './stories.ts';

const wholeWidth = 160;

/** One call: who called whom, how it ended, and its table. */
export function storyText(story: Story, open: readonly Linkedid[], look: Look): string {
  const { shown, time } = look;
  const isOpen = story.ids.some((id) => open.includes(id));
  const [id, ...others] = story.ids;
  const also = others.length === 0 ? '' : ` (also ${others.join(', ')})`;
  const head = `${time(story.moments[0]?.at ?? 0)}  ${shown(titleOf(story))}  [call ${id}${also}]`;
  return [head, ...wrap(shown(outcomeOf(story, isOpen)), wholeWidth), '', storyTable(story, look), ''].join('\n');
}

const heads = ['user', 'way', 'customer', 'line', 'status', 'start', 'end', 'total', 'talked', 'recording'];

/** What stands in the CRM's call list at the end. */
export function rowsText(rows: readonly StoryRow[], { shown, fileOf }: Look): string {
  if (rows.length === 0) return 'Records in the CRM: none';
  const cells = rows.map(({ row }) => [
    row.user || '-',
    row.direction === 'inbound' ? 'in' : 'out',
    row.customerNumber,
    row.line || '-',
    row.status,
    row.startTime ?? '-',
    row.endTime ?? '-',
    String(row.totalDuration),
    String(row.billDuration),
    row.recordingUrl === null ? '-' : fileOf(row.recordingUrl),
  ]);
  const safe = cells.map((line) => line.map((cell, column) => (column === 5 || column === 6 ? cell : shown(cell))));
  return `Records in the CRM at the end:\n\n${textTable(heads, safe)}`;
}

/** What is open at the end, and what was not understood. */
export function restText(
  stories: readonly Story[],
  { open, objections }: Retold,
  broken: ReadonlyMap<string, number>,
  { shown }: Look,
): string {
  const told = stories.filter(({ ids }) => ids.some((id) => open.includes(id))).map(({ id }) => id);
  const surprises = stories.flatMap(({ moments }) => moments.flatMap(({ events }) => events.flatMap(surpriseIn)));
  const odd = [
    ...surprises,
    ...[...broken].map(([event, count]) => `${count} x ${event} without the ids that Asterisk 12 and later give`),
    ...objections.map((objection) => `the CRM would mind: ${objection}`),
  ];
  return [
    `Left open at the end: ${told.length === 0 ? 'nothing' : told.join(', ')}`,
    odd.length === 0
      ? 'Not understood: nothing'
      : ['Not understood:', ...odd.map((line) => `  ${shown(line)}`)].join('\n'),
  ].join('\n');
}

function surpriseIn(event: CallEvent): string[] {
  return event.kind === 'surprise' ? [event.text] : [];
}
