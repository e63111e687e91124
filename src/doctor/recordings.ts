import { type Finding, fault, ok, skipped, some, warning } from './finding.ts';

/** One folder of recordings.roots. */
export interface RootSeen {
  readonly path: string;
  /** null: it can be listed. */
  readonly problem: string | null;
  /** The newest files in it, as they could be opened. */
  readonly newest: readonly { readonly name: string; readonly size: number; readonly problem: string | null }[];
}

/** Recordings of the last days as the connector has them. */
export interface KeptRecording {
  readonly path: string;
  readonly state: string;
  /** What is the matter with the file of one that was found final; null: it is as it was. */
  readonly problem: string | null;
}

export interface RecordingsSeen {
  readonly roots: readonly RootSeen[];
  /** null: there is no database to ask. */
  readonly kept: readonly KeptRecording[] | null;
}

export interface RecordingsTerms {
  readonly publicUrl: string;
  readonly isPublicLocal: boolean;
  readonly isCrmLocal: boolean;
  readonly days: number;
}

/** Whether what Asterisk records can be read here, was whole, held sound, and is reached by the CRM. */
export function judgeRecordings(seen: RecordingsSeen, terms: RecordingsTerms): Finding[] {
  return [
    judgeFolders(seen.roots),
    judgeFiles(seen.roots),
    judgeFound(seen.kept, terms),
    judgeWhole(seen.kept, terms),
    judgeSound(seen.kept, terms),
    judgeOverwritten(seen.kept, terms),
    judgeLink(terms),
  ];
}

const readRights =
  'Have the connector’s user read them: `usermod -aG asterisk USER`, or `setfacl -R -m u:USER:rX -m d:u:USER:rX FOLDER`; then restart the connector.';

function judgeFolders(roots: readonly RootSeen[]): Finding {
  const id = 'recordings.folder';
  const bad = roots.filter(({ problem }) => problem !== null);
  if (bad.length === 0) return ok(id, `${some(roots.map(({ path }) => path))} can be read`);
  const seen = bad.map(({ path, problem }) => `${path}: ${problem}`).join('; ');
  return fault(
    id,
    seen,
    `recordings.roots must be the folder that Asterisk records into, as this machine sees it, mounted if it is another’s. ${readRights}`,
  );
}

function judgeFiles(roots: readonly RootSeen[]): Finding {
  const id = 'recordings.files';
  const files = roots.flatMap(({ newest }) => newest);
  if (files.length === 0) return skipped(id, 'there is no recording in recordings.roots yet');
  const bad = files.filter(({ problem }) => problem !== null);
  if (bad.length === 0) return ok(id, `the newest ${files.length} can be read`);
  const seen = `${bad.length} of the newest ${files.length} files cannot be read: ${bad[0]?.name}: ${bad[0]?.problem}`;
  return fault(id, seen, readRights);
}

const noDatabase = 'the connector has no database yet, or it could not be asked: see machine.database';

function ofState(kept: readonly KeptRecording[], state: string): readonly KeptRecording[] {
  return kept.filter((one) => one.state === state);
}

const inDays = ({ days }: RecordingsTerms) => `of the last ${days} days`;

function judgeFound(kept: readonly KeptRecording[] | null, terms: RecordingsTerms): Finding {
  const id = 'recordings.found';
  if (kept === null) return skipped(id, noDatabase);
  const missing = ofState(kept, 'missing');
  if (missing.length === 0) return ok(id, `no recording ${inDays(terms)} was given up`);
  return warning(
    id,
    `${missing.length} of ${kept.length} recordings ${inDays(terms)} were never found, the last ${missing.at(-1)?.path}`,
    'See recordings.folder and dialplan.folder. Where a script converts or moves the files, have CDR(recordingpath) name what it makes, or give it more time: recordings.give_up_minutes.',
  );
}

function judgeWhole(kept: readonly KeptRecording[] | null, terms: RecordingsTerms): Finding {
  const id = 'recordings.whole';
  if (kept === null) return skipped(id, noDatabase);
  const ready = ofState(kept, 'ready');
  const bad = ready.filter(({ problem }) => problem !== null);
  if (bad.length === 0)
    return ready.length === 0
      ? skipped(id, `no call was recorded ${inDays(terms).replace('of', 'in')}`)
      : ok(id, `${ready.length} recordings ${inDays(terms)} are there and as they were`);
  return warning(
    id,
    `${bad.length} of ${ready.length} recordings ${inDays(terms)} do not play any more: ${bad[0]?.path}: ${bad[0]?.problem}`,
    'See what removes, moves or rewrites the files (a clean-up, a conversion, a mount that is gone).',
  );
}

function judgeSound(kept: readonly KeptRecording[] | null, terms: RecordingsTerms): Finding {
  const id = 'recordings.sound';
  if (kept === null) return skipped(id, noDatabase);
  const [empty, ready] = [ofState(kept, 'empty').length, ofState(kept, 'ready').length];
  if (empty === 0) return ok(id, `no recording ${inDays(terms)} of a conversation was without sound`);
  const seen = `${empty} of ${empty + ready} recordings ${inDays(terms)} ended without sound, although people talked`;
  const cure =
    'MixMonitor must be on a channel that is bridged: with option b, on one that a Queue or Dial connects. See also whether the disk was full.';
  return empty > ready ? fault(id, seen, cure) : warning(id, seen, cure);
}

function judgeOverwritten(kept: readonly KeptRecording[] | null, terms: RecordingsTerms): Finding {
  const id = 'recordings.overwritten';
  if (kept === null) return skipped(id, noDatabase);
  const lost = ofState(kept, 'overwritten');
  if (lost.length === 0) return ok(id, `no recording ${inDays(terms)} was recorded over`);
  return warning(
    id,
    `${lost.length} recordings ${inDays(terms)} were recorded over by a later call, the last ${lost.at(-1)?.path}`,
    'Put the channel’s UNIQUEID into the files’ names in the dialplan, as in asterisk-conf/extensions-recording.conf.',
  );
}

function judgeLink({ publicUrl, isPublicLocal, isCrmLocal }: RecordingsTerms): Finding {
  const id = 'recordings.link';
  if (isPublicLocal && !isCrmLocal)
    return fault(
      id,
      `links to recordings begin with ${publicUrl}, which only this machine can open, and the CRM is another`,
      'Set recordings.public_url to the address under which the CRM reaches this connector.',
    );
  return ok(id, `links to recordings begin with ${publicUrl}`);
}
