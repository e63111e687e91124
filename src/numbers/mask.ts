const technologies = 'SIP|PJSIP|IAX2|DAHDI|Local|SCCP|Skinny|MGCP|H323|OOH323|Motif|Console|Dongle|Quectel|UnicastRTP';

/**
 * What looks like a number and is none: a moment, an address, an id of a bridge or a channel, the serial number at the end of a
 * channel's name. Then all that has seven digits of any script or more, with what people and files have between them.
 */
const pieces = new RegExp(
  [
    '(?<plain>\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d(?:\\.\\d{1,3})?Z?',
    '(?<![\\d.])\\d{1,3}(?:\\.\\d{1,3}){3}(?::\\d{1,5})?(?![\\d.])',
    '[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}',
    '(?<!\\d)1\\d{9}\\.\\d{1,7}(?!\\d))',
    `(?<channel>(?:${technologies})/[^\\s,|&<>"()]*?)(?<serial>-[0-9a-f]{8}(?:;[12])?)(?![0-9A-Za-z])`,
    '(?<number>\\p{Nd}{7,}|\\p{Nd}{1,6}(?:[\\s()[\\]._/*\\u2010-\\u2015\\u2212-]{1,3}\\p{Nd}{1,6}(?!\\p{Nd}))+)',
  ].join('|'),
  'gu',
);

/** In a text; where it is known that it is one, two digits are none. */
const shortest = 7;

/** Longer ones are not left, whatever an extension may look like. */
const longestOwn = 7;

/**
 * Makes telephone numbers in a text unreadable but for their first digit and the last two, `7xxxxxxxx67`, and remembers none. Too
 * much is rather masked than too little: the date in a file's name looks like a number.
 *
 * @param isOwn whether digits are an extension of the office
 * @returns the masked text. `isNumber`: it is one as a whole, however short. `kept`: what in it is left, as it is a call's id
 */
export function createNumberMask(isOwn: (digits: string) => boolean) {
  const isLeft = (digits: string) => digits.length <= longestOwn && isOwn(digits);
  const inText = (text: string): string =>
    text.replace(pieces, (...found: unknown[]) => {
      const { plain, channel, serial, number = '' } = found.at(-1) as Record<string, string | undefined>;
      if (channel !== undefined) return `${inText(channel)}${serial}`;
      const digits = digitsOf(number);
      return plain ?? (digits.length < shortest || isLeft(digits) ? number : covered(number));
    });
  return (text: string, { isNumber = false, kept = '' } = {}): string => {
    const digits = digitsOf(text);
    if (isNumber && digits.length > 2 && digits.length < shortest) return isLeft(digits) ? text : covered(text);
    return kept === '' ? inText(text) : text.split(kept).map(inText).join(kept);
  };
}

function digitsOf(text: string): string {
  return text.replace(/\P{Nd}/gu, '');
}

function covered(number: string): string {
  const last = digitsOf(number).length - 2;
  let at = -1;
  return number.replace(/\p{Nd}/gu, (digit) => {
    at += 1;
    return at === 0 || at >= last ? digit : 'x';
  });
}
