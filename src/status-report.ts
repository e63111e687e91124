import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import { localTimeIn } from './crm/local-time.ts';
import type { HealthReport, StatusReport } from './http/ports.ts';

/** What the CRM's settings page compares with its own: clocks, zones, and what it takes for an extension. */
export function statusOf(config: Config, clock: Clock): Omit<StatusReport, keyof HealthReport> {
  const zone = config.crm.time_zone;
  const now = clock.now();
  return {
    now: new Date(now).toISOString(),
    crmTime: localTimeIn(zone)(now),
    zone,
    extension: config.extensions.pattern,
    players: config.recordings.players,
  };
}
