import type { FailedSendRow } from '../outbox/failed-sends.ts';
import type { Recording } from '../recordings/recording.ts';
import type { ToldCallback } from '../story/callback-moments.ts';
import { holderBefore, type Ring, takerOf } from '../story/rings.ts';
import { fileName, type Story } from '../story/story.ts';

/** Epochs as ISO 8601, durations in seconds. @param shown masks customers' numbers, if that is asked for */
export function storyJson(story: Story, shown: (text: string) => string, mask: boolean): string {
  const { call, summary, rings, callbacks, moments, notes } = story;
  const told = {
    call: call.id,
    direction: summary.direction,
    number: shown(summary.number),
    name: shown(summary.name),
    line: shown(summary.line),
    began_at: iso(summary.began),
    ended_at: iso(summary.ended),
    is_open: summary.isOpen,
    talked_seconds: summary.talkedMs / 1000,
    summary: shown(`${summary.who === '' ? '' : `${summary.who}: `}${summary.outcome}`),
    parts: rings.map((ring) => partOf(ring, rings, shown)),
    recordings: call.recordings.map((recording) => recordingOf(recording, story, mask)),
    callbacks: callbacks.map((callback) => callbackOf(callback, shown)),
    story: moments.map(({ at, who, what, text }) => ({ at: iso(at), who: who || null, what, text: shown(text) })),
    notes: notes.map(shown),
  };
  return printable(told);
}

/** JSON escapes what moves a terminal's cursor in seven bits; this is for the rest. */
export function printable(value: unknown): string {
  const unit = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  const escaped = (found: string) => found.split('').map(unit).join('');
  return `${JSON.stringify(value, null, 2).replace(/[\u007f-\u009f\p{Cf}\p{Zl}\p{Zp}]/gu, escaped)}\n`;
}

export const iso = (ms: number | null) => (ms === null ? null : new Date(ms).toISOString());

function partOf(ring: Ring, rings: readonly Ring[], shown: (text: string) => string) {
  const { extension, ring: number, direction, party, rangAt, answeredAt, end } = ring;
  return {
    ...{ extension, ring: number, direction, number: shown(party.number), name: shown(party.name) },
    ...{ rang_at: iso(rangAt), answered_at: iso(answeredAt), ended_at: iso(end?.at ?? null) },
    outcome: end?.outcome ?? null,
    talked_seconds: end === null ? null : end.talkedMs / 1000,
    handed_on_by: holderBefore(rings, ring),
    taken_by: end?.outcome === 'answered-elsewhere' ? (takerOf(rings, ring)?.extension ?? null) : null,
  };
}

function recordingOf(recording: Recording, { call }: Story, mask: boolean) {
  const { id, state, sighting, createdAt, announcedAt, announcedTo } = recording;
  return {
    ...(mask ? {} : { id }),
    path: fileName(recording, call, mask),
    state,
    bytes: sighting?.size ?? null,
    learnt_at: iso(createdAt),
    linked_at: iso(announcedAt),
    linked_to: [...new Set(announcedTo)],
  };
}

function callbackOf({ row, user, failures }: ToldCallback, shown: (text: string) => string) {
  return {
    ...{ id: row.id, kind: row.kind, user: user || null, made_at: iso(row.created_at) },
    ...{ state: row.state === 'pending' ? 'waiting' : row.state, failed_sends: row.attempts },
    ...{ sent_again_by_hand: row.again, next_try_at: iso(row.due_at), finished_at: iso(row.finished_at) },
    ...{ outcome: row.outcome, reason: row.detail === null ? null : shown(row.detail) },
    failed_answers: failures.map((failure) => answerOf(failure, shown)),
  };
}

function answerOf(row: FailedSendRow, shown: (text: string) => string) {
  return {
    ...{ outcome: row.outcome, reason: shown(row.detail), times: row.times },
    ...{ first_at: iso(row.first_at), last_at: iso(row.last_at), longest_seconds: row.longest_ms / 1000 },
  };
}
