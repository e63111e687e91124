import winston from 'winston';

/** What a part logs through. error = someone must act; warn = gave up or dropped; info = a call's phase; debug = every event. */
export interface Log {
  error(text: string, fields?: object): void;
  warn(text: string, fields?: object): void;
  info(text: string, fields?: object): void;
  debug(text: string, fields?: object): void;
  child(fields: object): Log;
}

export interface LogSettings {
  readonly level: 'error' | 'warn' | 'info' | 'debug';
  readonly format: 'text' | 'json';
}

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

/** A winston log on standard output, where pm2, supervisord, systemd and Docker all look for it. */
export function createLog(settings: LogSettings): Log {
  const logger = winston.createLogger({
    level: settings.level,
    format: winston.format.combine(
      winston.format.timestamp(),
      settings.format === 'json' ? winston.format.json() : text,
      harmless(),
    ),
    transports: [new winston.transports.Console()],
  });
  return upTo(settings.level, logger);
}

const { levels } = winston.config.npm;

/** winston (3.19) gives what is below its level a time and a form before it lets it go; here that costs nothing. */
function upTo(level: LogSettings['level'], logger: winston.Logger): Log {
  const at = (name: LogSettings['level']) => {
    if ((levels[name] ?? 0) > (levels[level] ?? 0)) return () => {};
    return (message: string, fields?: object) => void logger.log(name, message, fields);
  };
  return {
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child: (fields) => upTo(level, logger.child(fields)),
  };
}
