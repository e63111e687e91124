import type { Linkedid } from '../call/ids.ts';
import { isWrittenSince } from './judge.ts';
import type { RecordingPlaces } from './locate.ts';
import { type OpenFile, openFile } from './open.ts';
import type { Recording } from './recording.ts';
import type { RecordingStore } from './recording-store.ts';

/** `call`: whose recording it is. */
export type FindRecordingResult =
  | { readonly file: OpenFile; readonly call: Linkedid }
  | { readonly problem: 'unknown'; readonly why: string }
  /** `why` is for the log. */
  | {
      readonly call: Linkedid;
      readonly problem: 'not-ready' | 'empty' | 'overwritten' | 'changed' | 'gone' | 'unreadable';
      readonly why: string;
    }
  /** By retention, at this time. */
  | { readonly problem: 'deleted'; readonly why: string; readonly at: number; readonly call: Linkedid };

/** Ours have 22 characters; ids taken over from another connector's links are Asterisk uniqueids. */
const idPattern = /^[A-Za-z0-9_.-]{1,64}$/;

/** Opens the file of a recording for playing. Whoever gets a file closes its handle. */
export async function openRecording(
  id: string,
  store: RecordingStore,
  places: RecordingPlaces,
): Promise<FindRecordingResult> {
  const recording = idPattern.test(id) ? await store.byId(id) : null;
  if (recording === null) return { problem: 'unknown', why: 'no recording has this id' };
  const { call, path, deletedAt: at } = recording;
  if (at !== null) return { problem: 'deleted', at, call, why: `call ${call}, ${path}: it was old enough` };
  const problem = problems[recording.state];
  if (problem !== undefined) return { ...problem, call, why: `call ${call}, ${path}: ${problem.why}` };
  const result = await openFile(path, places);
  if (result.kind === 'open') return theFile(recording, result.file);
  return {
    call,
    problem: result.kind === 'unreadable' ? 'unreadable' : 'gone',
    why: `call ${call}, ${path}: ${result.why}`,
  };
}

async function theFile(recording: Recording, file: OpenFile): Promise<FindRecordingResult> {
  if (!isWrittenSince(recording, file)) return { file, call: recording.call };
  await file.handle.close();
  const { call, path, sighting } = recording;
  const [before, now] = [sighting ?? file, file].map(
    ({ size, mtimeMs }) => `${size} bytes of ${new Date(mtimeMs).toISOString()}`,
  );
  const why = `it was written after it was final (${before}, now ${now}), maybe by another call`;
  return { problem: 'changed', call, why: `call ${call}, ${path}: ${why}` };
}

interface StateProblem {
  readonly problem: 'not-ready' | 'empty' | 'overwritten';
  readonly why: string;
}

/** What is not played whatever the file is. One that was given up may be: its file may have come since. */
const problems: { readonly [State in Recording['state']]?: StateProblem } = {
  recording: { problem: 'not-ready', why: 'the call goes on' },
  waiting: { problem: 'not-ready', why: 'the file may not be final' },
  empty: { problem: 'empty', why: 'the file holds no sound' },
  overwritten: { problem: 'overwritten', why: 'the file holds the sound of another call' },
};
