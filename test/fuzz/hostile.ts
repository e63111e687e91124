import type { Chance } from '../faults/chance.ts';

/** Texts that mean something to SQL, HTML, JSON, AMI, HTTP, a shell, a file system, a terminal, a dialplan or JavaScript. */
const texts: readonly string[] = [
  '',
  ' ',
  "1' OR '1'='1",
  'zzz"OR"1"#',
  "x' OR phone_crm_extension='102",
  '\\',
  '%',
  '84951%',
  '[1,2]',
  '[]',
  '{"a":1}',
  '<script>alert(1)</script>',
  '<img src=x onerror=alert(1)>',
  'x&callstatus=Hangup&callUUID=1',
  'x: y',
  'Event: Hangup',
  'ActionID: 1',
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'rawevent',
  'close',
  'error',
  '<unknown>',
  'anonymous',
  '../../../../etc/passwd',
  '/var/spool/asterisk/monitor/../../../../etc/passwd',
  '$(id)',
  '`id`',
  ';rm -rf ~;',
  '|id',
  '$' + '{SHELL(id)}',
  'SHELL(id)=x',
  'SIP/101&SIP/102',
  'Local/101@vtiger/n',
  '101@vtiger',
  'PJSIP/101,,g',
  '%0d%0aX-Injected: 1',
  '\u0000',
  '\u0007\u001b[2J',
  '\u0085\u2028\u2029',
  '\u202e101',
  '\ud83d\ude00\ud83d\udcde',
  'ООО «Ёж и K°»',
  'İıſK',
  'e\u0301\u0301\u0301\u0301',
  '-1',
  '1e309',
  '0x65',
  '９９９',
  '+',
  '++7',
  '101',
  '102',
  '0101',
  '+101',
  '*72101',
  '#1',
  'NaN',
  'null',
  'undefined',
  'true',
];

/** One of them, several of them, one of them very often, or noise. */
export function hostileText(chance: Chance): string {
  const kind = chance.integer(0, 9);
  if (kind < 6) return chance.pick(texts);
  if (kind < 8) return chance.pick(texts) + chance.pick(texts) + chance.pick(texts);
  if (kind === 8) return (chance.pick(texts) || '7').repeat(chance.integer(1, 400));
  return noise(chance, chance.integer(1, 60));
}

/** Characters from all over Unicode, unpaired surrogates among them; no line breaks. */
export function noise(chance: Chance, length: number): string {
  const units = Array.from({ length }, () => chance.integer(0, chance.pick([0x7f, 0xff, 0xffff])));
  return String.fromCharCode(...units).replace(/[\r\n]/g, ' ');
}

/** The UTF-8 bytes of a text, one character each, as a capture has them. */
export const asBytes = (text: string): string => Buffer.from(text, 'utf8').toString('latin1');

/** A text with bytes of it changed, left out, or there twice. */
export function damaged(chance: Chance, text: string, times = chance.integer(1, 12)): string {
  let result = text;
  for (let time = 0; time < times; time += 1) {
    const at = chance.integer(0, Math.max(0, result.length - 1));
    const length = chance.integer(1, 40);
    const kind = chance.integer(0, 3);
    const before = result.slice(0, at);
    if (kind === 0) result = before + String.fromCharCode(chance.integer(0, 255)) + result.slice(at + 1);
    else if (kind === 1) result = before + result.slice(at + length);
    else if (kind === 2) result = before + result.slice(at, at + length) + result.slice(at);
    else
      result =
        before + String.fromCharCode((result.charCodeAt(at) || 0) ^ (1 << chance.integer(0, 7))) + result.slice(at + 1);
  }
  return result;
}
