import { z } from 'zod';
import { hostFault, networkFault, publicUrlFault, webAddressFault } from './address.ts';
import { type KeyNote, key } from './key-notes.ts';
import { nearest } from './nearest.ts';
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

/** On or off. */
export function flag(preset: boolean, about: string) {
  const schema = z.stringbool({ truthy: ['true', 'yes', 'on'], falsy: ['false', 'no', 'off'] }).default(preset);
  return key(schema, 'text', 'true or false', about);
}

export function required(expected: string, example: string, about: string, more: Partial<KeyNote> = {}) {
  return key(filled, 'text', expected, about, { required: example, ...more });
}

/** A text without fault; what the function says of others becomes a hint. */
function faultless(faultOf: (text: string) => string | null) {
  return line.superRefine((text, issues) => {
    const fault = faultOf(text);
    if (fault !== null) issues.addIssue({ code: 'custom', message: fault });
  });
}

export const host = faultless(hostFault);

/** An address, or a network. */
export const network = faultless(networkFault);

/** An address of http or https, kept as typed. */
export const webAddress = faultless(webAddressFault);

/** An address links are built upon: nothing after its path. */
export const baseAddress = faultless((text) => (text === '' ? null : publicUrlFault(text)));

export const timeZone = faultless((text) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return null;
  } catch {
    const meant = nearest(text, Intl.supportedValuesOf('timeZone'));
    return meant === null ? '' : `did you mean ${meant}?`;
  }
});

/** A folder given from the root, and not the root itself: that would open the whole machine to listeners. */
export const absoluteFolder = faultless((text) => {
  if (!text.startsWith('/')) return '';
  if (text.split('/').includes('..')) return 'without ..';
  return /^[/.]*$/.test(text) ? 'not the whole file system' : null;
});

export const pattern = faultless(whyUnsafe).min(1).max(200);

export const contextName = z.string().regex(/^[A-Za-z0-9_.-]{1,79}$/);

export const technologyName = z.string().regex(/^[A-Za-z][A-Za-z0-9]{1,15}$/);

/** A name as it stands between `/` and `-` in a channel's name. */
export const endpointName = z.string().regex(/^[^\s/&,@;\p{Cc}]{1,80}$/u);

export const variableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]{0,31}$/);
