import type { Talk } from '../call/call-event.ts';
import type { Extension, Linkedid, Uniqueid } from '../call/ids.ts';
import type { Recording, RecordingId, RecordingState, Sighting } from './recording.ts';

export const recordingsTable = 'recordings';

export interface RecordingRow {
  id: string;
  call: string;
  channel: string | null;
  path: string;
  learnt_from: Recording['from'];
  talks: string;
  state: RecordingState;
  created_at: number;
  closed_at: number | null;
  announced_to: string;
  announced_at: number | null;
  size: number | null;
  mtime: number | null;
  unchanged_since: number | null;
  looks: number;
  next_look_at: number | null;
  deleted_at: number | null;
}

export function mapRow(row: RecordingRow): Recording {
  return {
    id: row.id as RecordingId,
    call: row.call as Linkedid,
    channel: row.channel as Uniqueid | null,
    path: row.path,
    from: row.learnt_from,
    state: row.state,
    talks: JSON.parse(row.talks) as Talk[],
    createdAt: row.created_at,
    closedAt: row.closed_at,
    announcedTo: JSON.parse(row.announced_to) as Extension[],
    announcedAt: row.announced_at,
    sighting: mapSighting(row),
    looks: row.looks,
    deletedAt: row.deleted_at ?? null,
  };
}

function mapSighting({ size, mtime, unchanged_since: since }: RecordingRow): Sighting | null {
  return size === null || mtime === null || since === null ? null : { size, mtimeMs: mtime, since };
}
