import type { Talk } from '../call/call-event.ts';
import type { Recording } from './recording.ts';

/** A recording and those of the call whose records are to show it. */
export interface Link {
  readonly recording: Recording;
  readonly talks: readonly Talk[];
}

/**
 * A file begun so shortly before a talk ended has nothing of it worth hearing. It is the next one's: the dialplan begins it
 * in the moment of the transfer, within milliseconds of the first user's Hangup and in either order (16 and 22, captured).
 */
const leastShareMs = 1000;

/**
 * What is to be announced now: each user who talked gets one file of the call, and none twice. Nothing is said of a user
 * while a better file of his may still turn out to hold sound.
 *
 * @param files all recordings of one call, in the order in which they became known
 */
export function dueLinks(files: readonly Recording[]): Link[] {
  const talks = files.find(({ closedAt }) => closedAt !== null)?.talks ?? [];
  const chosen = new Map<Recording, Talk[]>();
  for (const talk of talks) {
    if (files.some((file) => isTold(file, talk))) continue;
    const file = filesOf(talk, files).find(({ state }) => state === 'ready' || state === 'waiting');
    if (file?.state === 'ready') chosen.set(file, [...(chosen.get(file) ?? []), talk]);
  }
  return [...chosen].map(([recording, those]) => ({ recording, talks: those }));
}

function isTold(file: Recording, { leg }: Talk): boolean {
  return file.state !== 'overwritten' && file.announcedTo.includes(leg.extension);
}

/**
 * The files in which a user may be heard, the best first: the one that was begun latest before his talk ended. One that only
 * a Cdr told of was begun we know not when, and counts as recorded from the call's beginning; but if it bears another file's
 * name with another ending it was made from that one (mp3 of wav), which is often removed afterwards, and goes before it.
 */
export function filesOf(talk: Talk, files: readonly Recording[]): Recording[] {
  const latest = Math.max(talk.from, talk.until - leastShareMs);
  const seen = files.filter(({ from }) => from === 'variable');
  const told = files.filter(({ from }) => from === 'cdr');
  const begun = seen.filter(({ createdAt }) => createdAt <= latest).reverse();
  begun.sort((a, b) => b.createdAt - a.createdAt);
  const whole = told.filter((file) => !seen.some((other) => isMadeFrom(file, other)));
  return [...begun.flatMap((file) => [...told.filter((other) => isMadeFrom(other, file)), file]), ...whole];
}

function isMadeFrom(file: Recording, original: Recording): boolean {
  return stem(file.path) === stem(original.path);
}

function stem(path: string): string {
  return path.replace(/\.[^./]*$/, '');
}
