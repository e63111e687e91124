import type { Recording, RecordingState } from '../recordings/recording.ts';
import type { Moment } from './moment.ts';
import { listed } from './words.ts';

const states: Readonly<Record<RecordingState, string>> = {
  recording: 'being recorded, as the call goes on',
  waiting: 'waited for: the file is not there yet, or may still be written',
  ready: 'ready',
  missing: 'the file was not found, or could not be read',
  empty: 'the file holds no sound',
  unheard: 'linked to nobody, as nobody talked in the call',
  overwritten: 'another call has been recorded over it',
};

export function recordingText({ state, sighting, announcedTo, looks, deletedAt }: Recording): string {
  const size = sighting === null ? '' : `, ${sizeText(sighting.size)}`;
  const tries = state === 'waiting' || state === 'missing' ? `, looked for ${looks} times` : '';
  const linked =
    announcedTo.length === 0 ? 'not linked' : `linked to the CRM records of ${listed([...new Set(announcedTo)])}`;
  if (deletedAt !== null) return `deleted by retention: it was old enough${size}; ${linked}`;
  return `${states[state]}${size}${tries}; ${linked}`;
}

function sizeText(bytes: number): string {
  if (bytes < 1_024) return `${bytes} bytes`;
  return bytes < 1_048_576 ? `${Math.round(bytes / 1_024)} KB` : `${(bytes / 1_048_576).toFixed(1)} MB`;
}

/** @param shown the file's name as it may be told */
export function recordingMoments(recordings: readonly Recording[], shown: (recording: Recording) => string): Moment[] {
  return recordings.flatMap((recording) => {
    const { createdAt: at, from, announcedAt, announcedTo } = recording;
    const learnt = from === 'variable' ? 'is recorded into' : 'was recorded, as its CDR says, into';
    const begun: Moment = { at, who: '', what: 'recording', text: `${learnt} ${shown(recording)}` };
    if (announcedAt === null) return [begun];
    const text = `${shown(recording)} is final, and the CRM is told of it for ${listed([...new Set(announcedTo)])}`;
    return [begun, { at: announcedAt, who: '', what: 'linked', text }];
  });
}
