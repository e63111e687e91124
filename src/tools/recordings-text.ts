import type { RestoreTally } from '../recordings/restore.ts';
import type { RetentionTally } from '../recordings/retention-tally.ts';
import { sizeText } from '../recordings/retention-words.ts';
import { counted, plain, textTable } from './text-table.ts';

const day = (at: number) => new Date(at).toISOString().slice(0, 10);

/** What would go, or has gone, and what stays and why. */
export function pruneText(tally: RetentionTally, days: number, isDry: boolean): string {
  const more = isDry && tally.files > 0 ? ['Nothing was deleted. To delete them: the same with --yes.'] : [];
  return `${[...tallyLines(tally, days, isDry), ...more].join('\n')}\n`;
}

function tallyLines(tally: RetentionTally, days: number, isDry: boolean): string[] {
  const { files, bytes, oldestAt, newestAt, absent, failures } = tally;
  const span = oldestAt === null || newestAt === null ? '' : `, of calls from ${day(oldestAt)} to ${day(newestAt)}`;
  const verb = isDry ? 'would be deleted' : 'deleted';
  const none =
    absent === 0
      ? []
      : [`${counted(absent, 'recording')} of that age ${absent === 1 ? 'has' : 'have'} no file any more.`];
  return [
    files === 0
      ? `No recording of a call that ended more than ${counted(days, 'day')} ago ${isDry ? 'would be' : 'was'} deleted.`
      : `${counted(files, 'file')} (${sizeText(bytes)})${span}, older than ${counted(days, 'day')}: ${verb}.`,
    ...none,
    ...keptLines(tally),
    ...failures.map(({ path, why }) => `Not deleted: ${plain(path)}: ${why}.`),
  ];
}

function keptLines({ kept }: RetentionTally): string[] {
  if (kept.size === 0) return [];
  const rows = [...kept].map(([why, { count, example }]) => [String(count), why, plain(example)]);
  return ['', 'Old enough, and kept:', '', textTable(['files', 'why', 'such as'], rows), ''];
}

interface Confirming {
  readonly days: number;
  readonly retention: 'off' | 'dry-run' | 'delete';
  readonly isAgreed: boolean;
  readonly isAgreeing: boolean;
}

export function confirmText(tally: RetentionTally, { days, retention, isAgreed, isAgreeing }: Confirming): string {
  const rule = counted(days, 'day');
  const state =
    isAgreeing || isAgreed ? `Agreed to ${rule}.` : `Nobody has agreed to ${rule} yet. To agree: the same with --yes.`;
  const effect =
    retention === 'delete'
      ? 'recordings.retention is delete: once agreed to, the connector deletes once a day.'
      : `recordings.retention is ${retention}: nothing is deleted until it is delete.`;
  return `${[...tallyLines(tally, days, true), state, effect].join('\n')}\n`;
}

export function keptText(id: string, calls: readonly string[], action: 'keep' | 'release'): string {
  const named = calls.map(plain).join(', ');
  if (calls.length === 0)
    return action === 'keep'
      ? `No recording and no recorded call is known by ${plain(id)}: expected a linkedid, or a recording's id (recordings list shows both).\n`
      : `No call ${plain(id)} is kept.\n`;
  return action === 'keep'
    ? `The recordings of call ${named} are kept until they are released (recordings release).\n`
    : `The recordings of call ${named} may be deleted again when they are old enough.\n`;
}

export function restoreText({ restored, absent, refused, why }: RestoreTally): string {
  const others =
    absent === 0
      ? []
      : [`${absent} that ${absent === 1 ? 'was' : 'were'} deleted ${absent === 1 ? 'is' : 'are'} not there.`];
  const unplayed = refused === 0 ? [] : [`${refused} cannot be played, such as ${plain(why)}.`];
  const again =
    restored === 0
      ? []
      : ['They are deleted again when they are old enough, unless their calls are kept (recordings keep).'];
  return `${[`${counted(restored, 'recording')} ${restored === 1 ? 'plays' : 'play'} again.`, ...others, ...unplayed, ...again].join('\n')}\n`;
}
