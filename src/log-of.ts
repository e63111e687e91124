import type { Config } from './config/schema.ts';
import { secretKeys } from './config/secret-keys.ts';
import { wholePattern } from './config/whole-pattern.ts';
import { createLog, type Log } from './log.ts';
import { createNumberMask } from './numbers/mask.ts';

/** The log of the program with this configuration, which no secret of it gets into. */
export function logOf(config: Config): Log {
  const { level, format, parts, mask_numbers } = config.log;
  const all = [config, ...(config.connections ?? []).map((one) => one.config)];
  const mask = mask_numbers ? { mask: maskOf(all) } : {};
  return createLog({ level, format, parts, ...mask, secrets: all.flatMap(secretsOf) });
}

function maskOf(configs: readonly Config[]) {
  const patterns = configs.map(({ extensions }) => wholePattern(extensions.pattern));
  return createNumberMask((digits) => patterns.some((pattern) => pattern.test(digits)));
}

function secretsOf(config: Config): string[] {
  return secretKeys.flatMap(([section, name]) => {
    const value = (config as unknown as Record<string, Record<string, unknown>>)[section]?.[name];
    return typeof value === 'string' && value !== '' ? [value] : [];
  });
}
