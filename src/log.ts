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

/** A winston log on standard output, where pm2, supervisord, systemd and Docker all look for it. */
export function createLog(settings: LogSettings): Log {
  const logger = winston.createLogger({
    level: settings.level,
    format: winston.format.combine(
      winston.format.timestamp(),
      settings.format === 'json' ? winston.format.json() : text,
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
