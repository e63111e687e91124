export interface BackoffSettings {
  readonly firstMs: number;
  readonly mostMs: number;
}

/**
 * How long to wait before connecting anew. Short, as every event of a lost second is lost for good; with chance in it, so
 * that several connectors do not return to a restarted Asterisk in step.
 *
 * @param failures attempts that failed in a row, from 1
 * @param chance 0..1
 */
export function backoffMs(failures: number, chance: number, { firstMs, mostMs }: BackoffSettings): number {
  const whole = Math.min(mostMs, firstMs * 2 ** Math.min(failures - 1, 20));
  return Math.round(whole * (0.5 + chance / 2));
}
