import type { Recording } from '../recordings/recording.ts';
import { callbackMoments, type ToldCallback } from './callback-moments.ts';
import { inOrder, type Moment } from './moment.ts';
import { type NoteSettings, notesOf } from './notes.ts';
import { partMoments, unrungMoments } from './part-moments.ts';
import { recordingMoments } from './recording-words.ts';
import { type Ring, ringsOf } from './rings.ts';
import type { StoredCall } from './stored-call.ts';
import { type Summary, summaryOf } from './summary.ts';

/** One call as an admin is told it. */
export interface Story {
  readonly call: StoredCall;
  readonly summary: Summary;
  readonly rings: readonly Ring[];
  readonly callbacks: readonly ToldCallback[];
  /** All that is known, in the order of time; what is still to come stands last. */
  readonly moments: readonly Moment[];
  readonly notes: readonly string[];
}

export interface StorySettings extends NoteSettings {
  /** Without names of people. */
  readonly mask: boolean;
}

/** @param callbacks the call's, with whose they are */
export function storyOf(call: StoredCall, callbacks: readonly ToldCallback[], settings: StorySettings): Story {
  const shown = settings.mask ? withoutNames(call) : call;
  const rings = ringsShown(call, settings.mask);
  const moments = inOrder([
    ...(shown.unrung === null ? [] : unrungMoments(shown.unrung)),
    ...partMoments(rings),
    ...recordingMoments(call.recordings, (recording) => fileName(recording, call, settings.mask)),
    ...callbackMoments(callbacks, settings.now),
  ]);
  return {
    call: shown,
    summary: summaryOf(shown, rings),
    rings,
    callbacks,
    moments,
    notes: notesOf(shown, rings, settings),
  };
}

export function summaryShown(call: StoredCall, mask: boolean): Summary {
  return summaryOf(mask ? withoutNames(call) : call, ringsShown(call, mask));
}

function ringsShown(call: StoredCall, mask: boolean): Ring[] {
  const rings = ringsOf(call);
  return mask ? rings.map((ring) => ({ ...ring, party: { ...ring.party, name: '' } })) : rings;
}

function withoutNames(call: StoredCall): StoredCall {
  return call.unrung === null ? call : { ...call, unrung: { ...call.unrung, name: '' } };
}

/** Names of recordings are made of customers' numbers and names, in any way. */
export function fileName(recording: Recording, { recordings }: StoredCall, mask: boolean): string {
  return mask ? `(recording ${recordings.indexOf(recording) + 1})` : recording.path;
}
