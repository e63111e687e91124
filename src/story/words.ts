import type { Party } from '../call/call-event.ts';
import { isWithheld } from '../numbers/plain-text.ts';

/** `31 ms`, `4.2 s`, `3 min 5 s`: short times exactly, long ones so that they can be read. */
export function duration(ms: number): string {
  if (ms < 1_000) return `${Math.round(ms)} ms`;
  if (ms < 60_000) return `${Number((ms / 1_000).toFixed(1))} s`;
  const minutes = Math.floor(ms / 60_000);
  const seconds = Math.round((ms % 60_000) / 1_000);
  if (minutes < 60) return `${minutes} min ${seconds} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

/** Many exchanges put the number where a caller has no name. */
export function partyText({ number, name }: Party): string {
  const shown = isWithheld(number) ? 'a withheld number' : number;
  return isWithheld(name) || name === number || name === '<unknown>' ? shown : `${shown} (${name})`;
}

/** `101`, `101 and 102`, `101, 102 and 103`. */
export function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}
