import type { CallEvent, Talk } from '../../src/call/call-event.ts';
import type { Linkedid } from '../../src/call/ids.ts';
import type { Truth } from './truth.ts';

export interface Announcement {
  readonly talk: Talk;
  readonly path: string;
}

/** A file that begins as somebody leaves holds nothing of him: what comes after a transfer is recorded into another one. */
const briefestMs = 500;

/**
 * What the recordings' part announces: to each who talked, the file with sound that was begun latest before his talk ended,
 * unless a later call wrote into it.
 */
export function announcements(events: readonly CallEvent[], { recordings }: Pick<Truth, 'recordings'>): Announcement[] {
  const sounding = new Set(recordings.filter(({ bytes }) => (bytes ?? 0) > 44).map(({ path }) => path));
  const files = events.filter((event) => event.kind === 'recorded').filter(({ path }) => sounding.has(path));
  const lastCall = new Map<string, Linkedid>(files.map(({ path, call }) => [path, call]));
  const closed = events.filter((event) => event.kind === 'closed');
  return closed.flatMap(({ call, talked }) => {
    const own = files.filter((file) => file.call === call && lastCall.get(file.path) === call);
    return talked.flatMap((talk) => {
      const file = own.findLast(({ at }) => at < talk.until - briefestMs) ?? own[0];
      return file === undefined ? [] : [{ talk, path: file.path }];
    });
  });
}
