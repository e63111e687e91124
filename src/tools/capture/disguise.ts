import { createHmac, randomBytes } from 'node:crypto';
import { isWithheld } from '../../numbers/plain-text.ts';

export interface DisguiseSettings {
  /** Whether digits are a phone, a trunk or the like of the office: the calls cannot be told without them. */
  readonly isOwn: (digits: string) => boolean;
  /** Makes the disguises, and is kept nowhere. Default: at random. */
  readonly key?: Buffer;
}

/** Ids, times, ports and counters. */
const plainHeaders =
  /(?:uniqueid|linkedid|actionid|callid|sessionid|tv|timestamp|time|uptime|lastreload|privilege|port|appline|ssrc|ntp|octets|packets|cause|version)$/i;

const nameHeaders = /(?:calleridname|connectedlinename|membername)$/i;

/** In these also shorter numbers are somebody's. */
const numberHeaders = /(?:num|exten|extension|channel|source|destination|dialstring|callerid|data|value)$/i;

const technologies = 'SIP|PJSIP|IAX2|DAHDI|Local|SCCP|Skinny|MGCP|H323|OOH323|Motif|Console|Dongle|Quectel|UnicastRTP';

/**
 * What looks like a number and is none (a channel's name with its serial number, a bridge's id, a channel's id, which is the
 * second of its birth), and then all digits.
 */
const pieces = new RegExp(
  [
    `(?<channel>(?:${technologies})/[^\\s,|&<>"()]*?)(?<serial>-[0-9a-f]{8}(?:;[12])?)(?![0-9A-Za-z])`,
    '(?<id>[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<!\\d)1\\d{9}\\.\\d{1,7}(?!\\d))',
    '(?<digits>\\d{5,})',
  ].join('|'),
  'g',
);

/** As people write them; never longer than a number is. */
const separated = /\+?\d(?:[\s().-]{1,3}\d+|\d){2,}/g;

/**
 * Disguises telephone numbers and names, each always in the same way, so that the calls can still be told: a number stays as
 * long as it is and keeps what stands before its last seven digits (7921xxxxxxx), by which all ways of writing it agree. Too much
 * is rather disguised than too little: a date in the name of a file may become another one.
 *
 * @returns a header's value as it may be shown
 */
export function createDisguise({
  isOwn,
  key = randomBytes(32),
}: DisguiseSettings): (header: string, value: string) => string {
  const disguised = createDigits(isOwn, key);
  const names = createNames();
  const inText = (text: string, shortest: number): string =>
    text.replace(pieces, (...found: unknown[]) => {
      const { channel, serial, id, digits } = found.at(-1) as Record<string, string | undefined>;
      if (channel !== undefined) return `${inText(channel, 5)}${serial}`;
      if (digits === undefined || digits.length < shortest || isOwn(digits)) return id ?? digits ?? '';
      return disguised(digits);
    });
  return (header, value) => {
    if (value === '' || plainHeaders.test(header)) return value;
    const numbers = inText(spelt(value, disguised), numberHeaders.test(header) ? 5 : 7);
    return names(header, numbers);
  };
}

/** `+7 (921) 101-40-11`: its digits change where they stand. */
function spelt(value: string, disguised: (digits: string) => string): string {
  return value.replace(separated, (text) => {
    const digits = text.replace(/\D/g, '');
    const isNumber = digits.length >= 7 && digits.length <= 15 && !/\d{7}/.test(text);
    if (!isNumber || /^(?:\d{4}-\d\d-\d\d|\d{1,3}(?:\.\d{1,3}){3}$|1\d{9}\.)/.test(text)) return text;
    const fresh = disguised(digits)[Symbol.iterator]();
    return text.replace(/\d/g, (digit) => fresh.next().value ?? digit);
  });
}

function createDigits(isOwn: DisguiseSettings['isOwn'], key: Buffer): (digits: string) => string {
  const known = new Map<string, string>();
  const taken = new Set<string>();
  /** As many digits, the first none of 0, so that a short number remains one. */
  const fresh = (digits: string): string => {
    const before = known.get(digits);
    if (before !== undefined) return before;
    for (let round = 0; ; round += 1) {
      const made = createHmac('sha256', key).update(`${round} ${digits}`).digest();
      const text = [...digits]
        .map((_, index) => ((made[index] ?? 0) % (index === 0 ? 9 : 10)) + (index === 0 ? 1 : 0))
        .join('');
      if ((taken.has(text) || text === digits || isOwn(text)) && round < 100) continue;
      known.set(digits, text);
      taken.add(text);
      return text;
    }
  };
  return (digits) => {
    // Several numbers in one: nothing of them stays.
    if (digits.length > 15) return digits.replace(/\d{1,7}/g, fresh);
    return `${digits.slice(0, -7)}${fresh(digits.slice(-7))}`;
  };
}

function createNames(): (header: string, value: string) => string {
  const known = new Map<string, string>();
  const nameOf = (name: string): string => {
    const isNone = isWithheld(name) || /^<unknown>$|^[\d+*#()\s./-]*$|\//.test(name);
    if (isNone) return name;
    const fresh = known.get(name) ?? `Name ${known.size + 1}`;
    known.set(name, fresh);
    return fresh;
  };
  return (header, value) => {
    if (nameHeaders.test(header)) return nameOf(value);
    // A name that stands in a channel's name is an account's, which must stay the same from the first event on.
    if (/channel|interface|device|endpoint|context/i.test(header)) return value;
    const quoted = value.replace(/"([^"]+)"(?= *<)/g, (_, name: string) => `"${nameOf(name)}"`);
    return [...known].reduce((text, [name, fresh]) => (name.length < 3 ? text : text.replaceAll(name, fresh)), quoted);
  };
}
