import type { Log } from '../../src/log.ts';

export interface LogLine {
  level: 'error' | 'warn' | 'info' | 'debug';
  text: string;
  fields: object | undefined;
}

/** A log that only remembers, for tests that look at what was said. */
export function rememberingLog(lines: LogLine[] = []): Log & { lines: LogLine[] } {
  const at = (level: LogLine['level']) => (text: string, fields?: object) => void lines.push({ level, text, fields });
  return {
    lines,
    error: at('error'),
    warn: at('warn'),
    info: at('info'),
    debug: at('debug'),
    child: () => rememberingLog(lines),
  };
}
