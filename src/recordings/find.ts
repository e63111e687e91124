import type { RecordingPlaces } from './locate.ts';
import { type OpenFile, openFile } from './open.ts';
import type { Recording } from './recording.ts';
import type { RecordingStore } from './recording-store.ts';

export type FindRecordingResult =
  | { readonly file: OpenFile }
  | { readonly problem: 'unknown' | 'not-ready' | 'empty' | 'gone' | 'unreadable' };

/** Ours have 22 characters; ids taken over from another connector's links are Asterisk uniqueids. */
const idPattern = /^[A-Za-z0-9_.-]{1,64}$/;

/** Opens the file of a recording for playing. Whoever gets a file closes its handle. */
export async function openRecording(
  id: string,
  store: RecordingStore,
  places: RecordingPlaces,
): Promise<FindRecordingResult> {
  const recording = idPattern.test(id) ? await store.byId(id) : null;
  if (recording === null) return { problem: 'unknown' };
  const { state, path } = recording;
  if (state === 'recording' || state === 'waiting') return { problem: 'not-ready' };
  if (state === 'empty') return { problem: 'empty' };
  return openReady(path, places);
}

/** Also for one that was given up: its file may have come since. */
async function openReady(path: Recording['path'], places: RecordingPlaces): Promise<FindRecordingResult> {
  const result = await openFile(path, places);
  if (result.kind === 'open') return { file: result.file };
  return { problem: result.kind === 'unreadable' ? 'unreadable' : 'gone' };
}
