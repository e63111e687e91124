import { type Finding, fault, ok, skipped, some, warning } from './finding.ts';

export interface PlayingSeen {
  /** Of the newest files: how many there are, and the names of those that browsers do not play. */
  readonly files: number;
  readonly unplayed: readonly string[];
  /** What converts them; null: nothing, and `why` says why. `isOff`: by recordings.transcoder. */
  readonly converter: string | null;
  readonly why: string;
  readonly isOff: boolean;
}

export interface RetentionSeen {
  readonly mode: 'off' | 'dry-run' | 'delete';
  readonly days: number | null;
  /** null: the database could not be asked. */
  readonly isAgreed: boolean | null;
  /** Folders of recordings.roots in which this user may not delete. */
  readonly locked: readonly string[];
}

/** Whether what is recorded is heard in a browser, and goes when it is to go. */
export function judgePlaying(playing: PlayingSeen, retention: RetentionSeen): Finding[] {
  return [judgeFormats(playing), judgeRetention(retention)];
}

function judgeFormats({ files, unplayed, converter, why, isOff }: PlayingSeen): Finding {
  const id = 'recordings.formats';
  const [first] = unplayed;
  if (files === 0) return skipped(id, 'there is no recording in recordings.roots yet');
  if (first === undefined) return ok(id, `browsers play the newest ${files} as they are`);
  const what = `browsers do not play ${unplayed.length} of the newest ${files}, such as ${first}`;
  if (converter !== null) return ok(id, `${what}: they are converted by ${converter}`);
  return warning(
    id,
    isOff ? `${what}, and recordings.transcoder is off` : `${what}, and there is nothing to convert them with: ${why}`,
    isOff
      ? 'Set recordings.transcoder to auto, or have MixMonitor write .wav.'
      : 'Install ffmpeg on this machine (`apt install ffmpeg`; sox does for all but G.722), or have MixMonitor write .wav.',
  );
}

function judgeRetention({ mode, days, isAgreed, locked }: RetentionSeen): Finding {
  const id = 'recordings.retention';
  if (mode === 'off') return ok(id, 'recordings are never deleted (recordings.retention: off)');
  if (mode === 'dry-run') return ok(id, `nothing is deleted; the log says once a day what is older than ${days} days`);
  if (locked.length > 0)
    return fault(
      id,
      `recordings.retention is delete, and this user may not delete in ${some(locked)}`,
      'Give the connector’s user the right to write in that folder, and in those within: `setfacl -R -m u:USER:rwX -m d:u:USER:rwX FOLDER`. It changes no rights itself.',
    );
  if (isAgreed === null)
    return skipped(id, 'the connector has no database yet, or it could not be asked: see machine.database');
  if (isAgreed) return ok(id, `what is older than ${days} days is deleted once a day`);
  return warning(
    id,
    `recordings.retention is delete, but nobody has agreed to ${days} days: nothing is deleted`,
    'See what would go with `recordings confirm`, and agree with `recordings confirm --yes`.',
  );
}
