import { program } from './program.ts';

export interface RecordingsCommand {
  readonly kind: 'recordings';
  readonly config: string | null;
  readonly action: RecordingsAction;
  /** Of a recording, or the linkedid of a call: for keep and release. */
  readonly id: string | null;
  /** null: recordings.delete_older_than_days. */
  readonly olderThanDays: number | null;
  /** Whether what a dry run shows is really done. */
  readonly yes: boolean;
  /** Why a call is kept. */
  readonly reason: string;
  readonly limit: number;
  readonly json: boolean;
}

const actions = ['list', 'prune', 'confirm', 'keep', 'release', 'restore', 'audit'] as const;

export type RecordingsAction = (typeof actions)[number];

export const recordingsUsage = [
  `${program} recordings [list|audit] [--config FILE] [--older-than 90d] [--limit N] [--json]`,
  `${program} recordings prune|confirm [--config FILE] [--older-than 90d] [--dry-run] [--yes]`,
  `${program} recordings restore [--config FILE]`,
  `${program} recordings keep|release ID [--config FILE] [--reason TEXT]`,
];

export const recordingsHelp = `\
  recordings     the last recordings that are known and not deleted, the latest at the end
  --older-than D only those of calls that ended more than so many days ago: 90d
  --limit N      no more than N (default: 50)
  --json         for a program to read
  recordings prune    shows which recordings are old enough to be deleted, how many stay and why; deletes nothing
  --older-than D from this age on (default: recordings.delete_older_than_days)
  --dry-run      the same, said aloud
  --yes          really deletes them; exits with 1 if some could not be
  recordings confirm  shows what recordings.retention: delete would delete; with --yes the connector may do so each day
  recordings keep ID  never deletes the recordings of this call (a linkedid, or a recording's id); --reason TEXT says why
  recordings release ID  lets them be deleted again when they are old enough
  recordings restore  those that were deleted and whose files are back play again
  recordings audit    what was deleted, when, by whom and by which rule; --limit N, --json
`;

type Given = ReadonlyMap<string, string | undefined>;

const common = ['config', 'connection'];

/** Which options belong to which action, beside these. */
const optionsOf: Readonly<Record<RecordingsAction, readonly string[]>> = {
  list: ['older-than', 'limit', 'json'],
  prune: ['older-than', 'dry-run', 'yes'],
  confirm: ['yes', 'dry-run'],
  keep: ['reason'],
  release: [],
  restore: [],
  audit: ['limit', 'json'],
};

/** What the words after `recordings` and the options ask for; a text: what is wrong with them. */
export function parseRecordings(given: Given, words: readonly string[]): RecordingsCommand | string {
  const [word = 'list', id, extra] = words;
  const action = actions.find((one) => one === word);
  if (action === undefined) return `recordings ${word}: expected ${actions.slice(0, -1).join(', ')} or audit`;
  const fault = wordsFault(action, id, extra) ?? optionsFault(action, given);
  if (fault !== null) return fault;
  const days = given.get('older-than');
  return {
    ...{ kind: 'recordings', config: given.get('config') ?? null, action, id: id ?? null },
    olderThanDays: days === undefined ? null : Number(days.replace(/d$/, '')),
    ...{ yes: given.has('yes'), reason: given.get('reason') ?? '', json: given.has('json') },
    limit: Number(given.get('limit') ?? '50'),
  };
}

function wordsFault(action: RecordingsAction, id: string | undefined, extra: string | undefined): string | null {
  const takesId = action === 'keep' || action === 'release';
  if (takesId && id === undefined) return `recordings ${action} needs an id: a call's linkedid, or a recording's id`;
  const strange = takesId ? extra : id;
  return strange === undefined ? null : `recordings ${action}: what is ${strange}?`;
}

function optionsFault(action: RecordingsAction, given: Given): string | null {
  const foreign = [...given.keys()].find((name) => !common.includes(name) && !optionsOf[action].includes(name));
  if (foreign !== undefined) return `recordings ${action} has no --${foreign}`;
  if (given.has('dry-run') && given.has('yes')) return '--dry-run and --yes: expected one of the two';
  const days = given.get('older-than');
  if (days !== undefined && !/^[1-9][0-9]{0,4}d?$/.test(days))
    return '--older-than: expected a number of days such as 90d';
  return /^[1-9][0-9]{0,5}$/.test(given.get('limit') ?? '50') ? null : '--limit: expected 1 to 999999';
}
