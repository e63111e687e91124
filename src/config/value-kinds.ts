import { z } from 'zod';
import { type KeyNote, key } from './key-notes.ts';
import { whyUnsafe } from './safe-pattern.ts';

/** One line. A line break in a value sent to Asterisk would begin a header of its own. */
export const line = z.string().regex(/^\P{Cc}*$/u);

export const filled = line.regex(/\S/);

export function seconds(from: number, to: number, preset: number, about: string) {
  const schema = z.number().min(from).max(to).default(preset);
  return key(schema, 'number', `a number of seconds, ${from} to ${to}`, about);
}

export function count(from: number, to: number, preset: number, what: string, about: string) {
  return key(z.int().min(from).max(to).default(preset), 'number', `${what}, ${from} to ${to}`, about);
}

export function choice<const T extends readonly [string, ...string[]]>(options: T, preset: T[number], about: string) {
  const schema = z.enum(options).default(preset as never);
  return key(schema, 'text', `one of: ${options.join(', ')}`, about);
}

export function required(expected: string, example: string, about: string, more: Partial<KeyNote> = {}) {
  return key(filled, 'text', expected, about, { required: example, ...more });
}

function parsedUrl(text: string): URL | null {
  return URL.canParse(text) && /^https?:\/\/\S+$/i.test(text) ? new URL(text) : null;
}

/** An address of http or https, kept as typed. */
export const webAddress = line.refine((text) => parsedUrl(text)?.hash === '', { abort: true, message: '' });

/** An address links are built upon: nothing after its path. */
export const baseAddress = line.refine(
  (text) => {
    const url = parsedUrl(text);
    return url !== null && url.username === '' && url.password === '' && !/[?#]/.test(text);
  },
  { message: '' },
);

export const timeZone = line.refine((text) => isTimeZone(text), { message: '' });

function isTimeZone(text: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: text }).format(0) !== '';
  } catch {
    return false;
  }
}

/** A folder given from the root, and not the root itself: that would open the whole machine to listeners. */
export const absoluteFolder = line.regex(/^\/.*[^/.]/);

export const pattern = line
  .min(1)
  .max(200)
  .superRefine((text, issues) => {
    const why = whyUnsafe(text);
    if (why !== null) issues.addIssue({ code: 'custom', message: why });
  });

export const contextName = z.string().regex(/^[\p{L}\p{N}_.-]{1,79}$/u);

export const technologyName = z.string().regex(/^[A-Za-z][A-Za-z0-9]*$/);

/** A name as it stands between `/` and `-` in a channel's name. */
export const endpointName = z.string().regex(/^[^\s/&,@;\p{Cc}]{1,80}$/u);

export const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,78}$/);
