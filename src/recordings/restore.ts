import type { RecordingPlaces } from './locate.ts';
import { openFile } from './open.ts';
import type { AgedRow, RetentionStore } from './retention-store.ts';

export interface RestoreTally {
  readonly restored: number;
  /** Deleted, and not there. */
  readonly absent: number;
  /** There, and not to be played: why, of the first. */
  readonly refused: number;
  readonly why: string;
}

const slice = 100;

/** Recordings that were deleted and whose files somebody has put back play again, and are subject to retention again. */
export async function restoreRecordings(store: RetentionStore, places: RecordingPlaces): Promise<RestoreTally> {
  const tally = { restored: 0, absent: 0, refused: 0, why: '' };
  for (let last = 0; ; ) {
    const rows = await store.deleted(last, slice);
    for (const row of rows) await restore(row, store, places, tally);
    last = rows.at(-1)?.rowid ?? last;
    if (rows.length < slice) return tally;
  }
}

type Counting = { -readonly [Key in keyof RestoreTally]: RestoreTally[Key] };

async function restore(
  { id, path }: AgedRow,
  store: RetentionStore,
  places: RecordingPlaces,
  tally: Counting,
): Promise<void> {
  const opened = await openFile(path, places);
  if (opened.kind === 'open') {
    await opened.file.handle.close();
    await store.restored(id);
    tally.restored += 1;
  } else if (opened.kind === 'absent') tally.absent += 1;
  else {
    tally.why ||= `${path}: ${opened.why}`;
    tally.refused += 1;
  }
}
