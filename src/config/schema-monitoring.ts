import { z } from 'zod';
import { key } from './key-notes.ts';
import * as kind from './value-kinds.ts';

/** Keys of the section http: who may look at the connector's health and figures. */
export const monitoring = {
  monitors: key(
    z.array(kind.network).default(['127.0.0.1', '::1']),
    'list',
    'a list of addresses and networks, such as 192.0.2.10 or 10.0.0.0/8',
    'From where /health tells its details and /metrics its figures without a token. All others are only told by /health whether it is well. What a web server hands on counts as coming from elsewhere, wherever that server runs.',
  ),
  monitor_token: key(
    kind.line.default(''),
    'text',
    'a text without line breaks, other than crm.token',
    'With this as a bearer token the same is told to every address. Empty: there is none.',
    { secret: true },
  ),
  metrics: kind.flag(
    false,
    'Whether the connector counts what it does, for Prometheus at /metrics (docs/monitoring.md). It takes about 2 MB of memory.',
  ),
};

/** The parts of the program that name themselves in the log. */
export const logParts = ['ami', 'call', 'cdr', 'http', 'outbox', 'recordings'] as const;

export const logLevels = ['error', 'warn', 'info', 'debug'] as const;

/** Keys of the section log. */
export const logging = {
  parts: key(
    z.partialRecord(z.enum(logParts), z.enum(logLevels)).default({}),
    'map',
    `lines of the form part: level; parts are ${logParts.join(', ')}, levels ${logLevels.join(', ')}`,
    'Parts of the connector of which more, or less, is told than log.level says. A part stands in brackets behind the level: `info [ami]`.',
    { sample: { ami: 'debug', http: 'warn' } },
  ),
  mask_numbers: kind.flag(
    false,
    'Whether telephone numbers are made unreadable in the log (`7xxxxxxxx67`). What extensions.pattern fits is left, and call ids are.',
  ),
};
