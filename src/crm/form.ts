/**
 * A form as URLSearchParams writes it (application/x-www-form-urlencoded), in less time: nearly all that the CRM is told are
 * ids, numbers and times, of which nothing or one sign is to be escaped.
 */
export function formOf(params: Readonly<Record<string, string>>): string {
  let form = '';
  for (const name of Object.keys(params)) {
    if (form !== '') form += '&';
    form += `${encode(name)}=${encode(params[name] as string)}`;
  }
  return form;
}

const untouched = '*-._0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

const byte = Array.from({ length: 256 }, (_, code) => `%${code.toString(16).toUpperCase().padStart(2, '0')}`);

/** What is written for each sign of ASCII; '' leaves it as it is. */
const ascii = byte.slice(0, 128).map((escaped, code) => {
  const sign = String.fromCharCode(code);
  if (untouched.includes(sign)) return '';
  return sign === ' ' ? '+' : escaped;
});

function encode(text: string): string {
  let encoded = '';
  let from = 0;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    const escaped = code < 128 ? (ascii[code] as string) : utf8(text.codePointAt(index) as number);
    if (escaped === '') continue;
    encoded += text.slice(from, index) + escaped;
    // Beyond the basic plane a sign is two.
    if (escaped.length === 12) index += 1;
    from = index + 1;
  }
  return from === 0 ? text : encoded + text.slice(from);
}

/** Half a pair of surrogates is written as U+FFFD, the sign for what cannot be read. */
function utf8(sign: number): string {
  if (sign >= 0xd800 && sign < 0xe000) return '%EF%BF%BD';
  const last = byte[0x80 | (sign & 63)] as string;
  if (sign < 0x800) return byte[0xc0 | (sign >> 6)] + last;
  const middle = (byte[0x80 | ((sign >> 6) & 63)] as string) + last;
  if (sign < 0x10000) return byte[0xe0 | (sign >> 12)] + middle;
  return (byte[0xf0 | (sign >> 18)] as string) + (byte[0x80 | ((sign >> 12) & 63)] as string) + middle;
}
