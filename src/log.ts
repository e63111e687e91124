import process from 'node:process';
import winston from 'winston';

/** What a part logs through. error = someone must act; warn = gave up or dropped; info = a call's phase; debug = every event. */
export interface Log {
  error(text: string, fields?: object): void;
  warn(text: string, fields?: object): void;
  info(text: string, fields?: object): void;
  debug(text: string, fields?: object): void;
  /** @param fields on every line of it; `part` also decides of its level. A line's own ones go before them */
  child(fields: object): Log;
}

type Level = 'error' | 'warn' | 'info' | 'debug';

export interface LogSettings {
  readonly level: Level;
  readonly format: 'text' | 'json';
  /** Levels of single parts. */
  readonly parts?: Readonly<Partial<Record<string, Level>>>;
  /** Makes telephone numbers in a text unreadable. */
  readonly mask?: Mask;
  /** What must never be written, wherever it comes from. */
  readonly secrets?: readonly string[];
}

/** `isNumber`: the text is one as a whole. `kept`: what in it is left. */
export type Mask = (text: string, what: { readonly isNumber?: boolean; readonly kept?: string }) => string;

const text = winston.format.printf(({ timestamp, level, part, message, ...fields }) => {
  const rest = Object.keys(fields).length > 0 ? ` ${JSON.stringify(fields)}` : '';
  return `${timestamp} ${level} ${part === undefined ? '' : `[${part}] `}${message}${rest}`;
});

let lastAt = Number.NaN;
let moment = '';

/** As winston's own writes it; lines of one millisecond share it. */
const timestamp = winston.format((entry) => {
  const at = Date.now();
  if (at !== lastAt) moment = new Date(at).toISOString();
  lastAt = at;
  entry['timestamp'] ||= moment;
  return entry;
});

/** Where winston keeps the line that is written (triple-beam's MESSAGE). */
const line = Symbol.for('message');

/**
 * What strangers choose, a caller's name or a parameter, must neither begin a line of its own nor give orders to the terminal
 * that the log is read in. JSON.stringify leaves U+0080 to U+009F, U+2028, and marks that turn the writing around, as they
 * are; spelt out they are the same to a reader of JSON.
 */
const harmless = winston.format((entry) => {
  const written = String(entry[line]);
  if (harmful.test(written)) entry[line] = written.replace(allHarmful, spelt);
  return entry;
});

const harmful = /[\p{Cc}\u200e\u200f\u2028-\u202e\u2066-\u2069]/u;
const allHarmful = new RegExp(harmful, 'gu');

const spelt = (character: string) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;

function masked(mask: Mask) {
  return winston.format((entry) => {
    const { linkedid } = entry;
    const kept = typeof linkedid === 'string' ? linkedid : '';
    for (const [name, value] of Object.entries(entry))
      if (!plainFields.has(name)) entry[name] = maskedValue(value, name, kept, mask);
    return entry;
  })();
}

const plainFields = new Set(['level', 'timestamp', 'part', 'connection', 'linkedid']);

function maskedValue(value: unknown, name: string, kept: string, mask: Mask): unknown {
  if (typeof value === 'string') return mask(value, { isNumber: name === 'number', kept });
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => maskedValue(one, name, kept, mask));
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, maskedValue(one, key, kept, mask)]));
}

/** No line is made with a secret in it; a fault of somebody else's program may have one in its words. */
function withoutSecrets(secrets: readonly string[]) {
  return winston.format((entry) => {
    const written = String(entry[line]);
    let left = written;
    for (const secret of secrets) if (left.includes(secret)) left = left.replaceAll(secret, '***');
    if (left !== written) entry[line] = left;
    return entry;
  })();
}

/** A shorter one would also take words out that only look like it. */
const shortestSecret = 5;

function spellings(secret: string): readonly string[] {
  if (secret.length < shortestSecret) return [];
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])];
}

/** Linux takes a write of so many bytes into a pipe whole or not at all (PIPE_BUF, pipe(7)): no line is torn if the pipe is full. */
const wholeBytes = 4096;

/** What is written to standard output at the end of a turn of the event loop: the lines of all logs, in their order. */
const turn = { text: '', bytes: 0, isWatched: false, isLast: false };

function gather(text: string): void {
  const bytes = Buffer.byteLength(text);
  if (turn.bytes + bytes > wholeBytes) writeTurn();
  if (turn.text === '') setImmediate(writeTurn);
  turn.text += text;
  turn.bytes += bytes;
}

function writeTurn(): void {
  if (turn.text === '') return;
  const { text } = turn;
  turn.text = '';
  turn.bytes = 0;
  process.stdout.write(text);
}

/** Of a process that ends, the lines of its last turn; what is logged later has no turn that ends. */
function watchExit(): void {
  if (turn.isWatched) return;
  turn.isWatched = true;
  process.on('exit', () => {
    turn.isLast = true;
    writeTurn();
  });
}

/** winston's console makes a write of each line, which is nearly half of its price; here info and debug wait for the turn's end. */
class TurnConsole extends winston.transports.Console {
  override log(entry: winston.Logform.TransformableInfo, next: () => void): void {
    gather(`${entry[line]}${this.eol}`);
    if (turn.isLast || (entry.level !== 'info' && entry.level !== 'debug')) writeTurn();
    next();
  }
}

/** A winston log on standard output, where pm2, supervisord, systemd and Docker all look for it. */
export function createLog(settings: LogSettings): Log {
  const { level, format, parts = {}, mask, secrets = [] } = settings;
  watchExit();
  const logger = winston.createLogger({
    // Each part holds itself to its own.
    level: 'debug',
    format: winston.format.combine(
      timestamp(),
      ...(mask === undefined ? [] : [masked(mask)]),
      format === 'json' ? winston.format.json() : text,
      harmless(),
      withoutSecrets(secrets.flatMap(spellings)),
    ),
    transports: [new TurnConsole()],
  });
  return upTo({ level, parts }, logger);
}

const { levels } = winston.config.npm;

/** winston (3.19) gives what is below its level a time and a form before it lets it go; here that costs nothing. */
function upTo(settings: Required<Pick<LogSettings, 'level' | 'parts'>>, logger: winston.Logger): Log {
  const at = (name: Level) => {
    if ((levels[name] ?? 0) > (levels[settings.level] ?? 0)) return () => {};
    return (message: string, fields?: object) => {
      // A message in which somebody's words hold %s or %d would have its fields kept for them and not written.
      if (message.includes('%')) logger.log({ ...fields, level: name, message });
      else logger.log(name, message, fields);
    };
  };
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child(fields) {
      const part = 'part' in fields ? String(fields.part) : '';
      return upTo({ ...settings, level: settings.parts[part] ?? settings.level }, logger.child(fields));
    },
  };
}
