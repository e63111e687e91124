import type { RetentionTally } from './retention-tally.ts';

/** A size for people. */
export function sizeText(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`;
  if (bytes < 1_048_576) return `${Math.round(bytes / 1024)} KB`;
  return bytes < 1_073_741_824 ? `${(bytes / 1_048_576).toFixed(1)} MB` : `${(bytes / 1_073_741_824).toFixed(1)} GB`;
}

const day = (at: number) => new Date(at).toISOString().slice(0, 10);

/** What a round has found and done, in one sentence or a few. */
export function tallyText(tally: RetentionTally, days: number, isDry: boolean): string {
  const { files, bytes, oldestAt, newestAt, absent } = tally;
  const what = `${files} file${files === 1 ? '' : 's'} (${sizeText(bytes)}) of calls more than ${days} days old`;
  const span = oldestAt === null || newestAt === null ? '' : `, from ${day(oldestAt)} to ${day(newestAt)}`;
  const verb = isDry ? 'would be deleted' : `${files === 1 ? 'was' : 'were'} deleted`;
  const kept = [...tally.kept].map(([why, { count, example }]) => `${count} stay (${why}; such as ${example})`);
  const gone = absent === 0 ? [] : [`${absent} have no file any more`];
  return [`${what}${span}, ${verb}`, ...kept, ...gone].join('; ');
}
