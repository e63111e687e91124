import type { CallEvent, Talk } from '../../src/call/call-event.ts';
import { claimOf } from '../../src/recordings/claim.ts';
import { headerBytes } from '../../src/recordings/judge.ts';
import { dueLinks } from '../../src/recordings/links.ts';
import type { Recording, RecordingId, RecordingState } from '../../src/recordings/recording.ts';
import type { Truth } from './truth.ts';

export interface Announcement {
  readonly talk: Talk;
  readonly path: string;
}

type Recorded = Extract<CallEvent, { kind: 'recorded' }>;

/**
 * What the recordings' part announces when all files are final: its own rules of whose a file is and who is heard in it, on
 * recordings that are kept here without a database.
 */
export function announcements(events: readonly CallEvent[], truth: Pick<Truth, 'recordings'>): Announcement[] {
  const recordings: Recording[] = [];
  for (const event of events) {
    if (event.kind !== 'recorded' || recordings.some((known) => isSame(known, event))) continue;
    recordings.push(recordingOf(event, events));
  }
  const judged = recordings.map((recording) => ({ ...recording, state: stateOf(recording, recordings, truth) }));
  const calls = [...new Set(judged.map(({ call }) => call))];
  const links = calls.flatMap((call) => dueLinks(judged.filter((each) => each.call === call)));
  return links.flatMap(({ recording, talks }) => talks.map((talk) => ({ talk, path: recording.path })));
}

/** A channel that has moved into another call has its Cdr there. */
function isSame(known: Recording, { call, channel, path, from }: Recorded): boolean {
  return known.path === path && (known.call === call || (from === 'cdr' && known.channel === channel));
}

function recordingOf({ call, channel, path, from, at }: Recorded, events: readonly CallEvent[]): Recording {
  const closed = events.filter((event) => event.kind === 'closed').find((event) => event.call === call);
  const seen = {
    state: 'waiting',
    announcedTo: [],
    announcedAt: null,
    sighting: null,
    looks: 0,
    deletedAt: null,
  } as const;
  const end = { talks: closed?.talked ?? [], closedAt: closed?.at ?? null };
  return { ...seen, ...end, id: path as RecordingId, call, channel, path, from, createdAt: at };
}

function stateOf(recording: Recording, all: readonly Recording[], truth: Pick<Truth, 'recordings'>): RecordingState {
  const sharing = all.filter(({ path }) => path === recording.path);
  if (claimOf(recording, sharing, recording.closedAt ?? 0).kind !== 'own') return 'overwritten';
  const bytes = truth.recordings.find(({ path }) => path === recording.path)?.bytes ?? 0;
  return bytes > headerBytes(recording.path) ? 'ready' : 'empty';
}
