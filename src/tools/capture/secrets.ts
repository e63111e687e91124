/** What an AMI stream may hold that is nobody's business: passwords in dialplan variables, applications and addresses. */

const secretName =
  /secret|passw|pwd|token|api_?key|challenge|digest|authori[sz]ation|credential|private_?key|(?:^|[^a-z])pin(?:[^a-z]|$)/i;

/** `DB_PASSWORD=...`, `token: ...` amid other text, as in the arguments of Set() and in addresses that are fetched. */
const assigned =
  /([\w.-]*(?:secret|passw(?:or)?d|pwd|token|api_?key|authori[sz]ation)[\w.-]*[()]*\s*[=:]\s*(?:(?:basic|bearer)\s+)?)([^\s,;&"'|)]+)/gi;

/** `://user:password@`, `sip:101:password@`. */
const userAndPassword = /((?::\/\/|\bsips?:)[^\s/:@<>]*):[^\s/@<>]+@/gi;

/** Applications whose first argument is a password (or may be one). */
const asking = /^(?:Authenticate|VMAuthenticate|DISA|MiniVMAuth)$/i;

export const removed = '***';

/**
 * Takes secrets out of AMI, line by line: a line says what it holds, or the line before it does.
 *
 * @param known secrets that are known by their text, wherever they stand
 */
export function createSecretRemover(known: readonly string[]): (header: string, value: string) => string {
  const words = known
    .filter((word) => word.length >= 4)
    .map((word) => new RegExp(`(?<![0-9A-Za-z])${escaped(word)}(?![0-9A-Za-z])`, 'g'));
  let isNextSecret = false;
  return (header, value) => {
    const isSecret = (isNextSecret && /^(?:value|appdata)$/i.test(header)) || secretName.test(header);
    if (/^variable$/i.test(header)) isNextSecret = secretName.test(value);
    else if (/^application$/i.test(header)) isNextSecret = asking.test(value);
    else if (!/^appdata$/i.test(header) || isSecret) isNextSecret = false;
    if (isSecret) return value === '' ? value : removed;
    const clean = value.replace(assigned, `$1${removed}`).replace(userAndPassword, `$1:${removed}@`);
    return words.reduce((text, word) => text.replace(word, removed), clean);
  };
}

/** The text of the file is latin1, whatever it was. */
function escaped(word: string): string {
  return Buffer.from(word, 'utf8')
    .toString('latin1')
    .replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
