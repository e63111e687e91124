import type { Talk } from '../../src/call/call-event.ts';
import type { Extension, Linkedid, Uniqueid } from '../../src/call/ids.ts';
import type { Recording, RecordingId } from '../../src/recordings/recording.ts';
import type { Recorded } from '../../src/recordings/recording-store.ts';

export function linkedid(text: string): Linkedid {
  return text as Linkedid;
}

/** A user's conversation in an inbound call. */
export function talk(call: Linkedid, extension: string, from = 2, until = 9): Talk {
  const party = { number: '84951112233', name: 'Иван \'О"' };
  const who = { call, extension: extension as Extension, direction: 'inbound', party, line: '100' } as const;
  return { leg: { ...who, ring: 1, startedAt: from - 1, variables: {} }, from, until, last: true };
}

/** That a call's first channel is recorded, as the core tells it when the recording begins. */
export function recorded(call: Linkedid, path: string, at: number, more: Partial<Recorded> = {}): Recorded {
  return { call, channel: `${call}` as string as Uniqueid, path, from: 'variable', at, ...more };
}

/** A finished recording, for the rules. */
export function recordingOf(call: string, path: string, more: Partial<Recording> = {}): Recording {
  return {
    id: `${call}${path}` as RecordingId,
    call: linkedid(call),
    channel: call as Uniqueid,
    path,
    from: 'variable',
    state: 'ready',
    talks: [],
    createdAt: 0,
    closedAt: 100_000,
    announcedTo: [],
    announcedAt: null,
    sighting: null,
    looks: 0,
    deletedAt: null,
    ...more,
  };
}
