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

/** Where winston keeps the line that is written (triple-beam's MESSAGE). */
const line = Symbol.for('message');

/**
 * What strangers choose, a caller's name or a parameter, must neither begin a line of its own nor give orders to the terminal
 * that the log is read in. JSON.stringify leaves U+0080 to U+009F, U+2028, and marks that turn the writing around, as they
 * are; spelt out they are the same to a reader of JSON.
 */
const harmless = winston.format((entry) => {
  const written = String(entry[line]);
  entry[line] = written.replace(/[\p{Cc}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu, spelt);
  return entry;
});

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
    let written = String(entry[line]);
    for (const secret of secrets) if (written.includes(secret)) written = written.replaceAll(secret, '***');
    entry[line] = written;
    return entry;
  })();
}

/** A shorter one would also take words out that only look like it. */
const shortestSecret = 5;

function spellings(secret: string): readonly string[] {
  if (secret.length < shortestSecret) return [];
  return [...new Set([secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])];
}

/** A winston log on standard output, where pm2, supervisord, systemd and Docker all look for it. */
export function createLog(settings: LogSettings): Log {
  const { level, format, parts = {}, mask, secrets = [] } = settings;
  const logger = winston.createLogger({
    // Each part holds itself to its own.
    level: 'debug',
    format: winston.format.combine(
      winston.format.timestamp(),
      ...(mask === undefined ? [] : [masked(mask)]),
      format === 'json' ? winston.format.json() : text,
      harmless(),
      withoutSecrets(secrets.flatMap(spellings)),
    ),
    transports: [new winston.transports.Console()],
  });
  return upTo({ level, parts }, logger);
}

const { levels } = winston.config.npm;

/** winston (3.19) gives what is below its level a time and a form before it lets it go; here that costs nothing. */
function upTo(settings: Required<Pick<LogSettings, 'level' | 'parts'>>, logger: winston.Logger): Log {
  const at = (name: Level) => {
    if ((levels[name] ?? 0) > (levels[settings.level] ?? 0)) return () => {};
    return (message: string, fields?: object) => void logger.log(name, message, fields);
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
