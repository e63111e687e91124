import type { Context } from 'koa';
import { readParameters } from './parameters.ts';
import type { HttpPorts } from './ports.ts';
import type { RefusalLog } from './refusal-log.ts';
import { givenSecret, type SecretCheck } from './secret.ts';

export interface StatusParts {
  readonly ports: Pick<HttpPorts, 'status'>;
  readonly secretCheck: SecretCheck;
  readonly refusals: RefusalLog;
  /** How many pages listen to the live channel. */
  readonly listeners: () => number;
}

const faults = {
  missing: { status: 401, error: 'secret', why: 'the secret is missing: send it as a bearer token' },
  wrong: {
    status: 403,
    error: 'secret',
    why: 'the secret is wrong: it is crm.token, the Vtiger Secret Key of PBX Manager',
  },
  locked: { status: 429, error: 'locked', why: 'too many wrong secrets from this address: try again in a minute' },
} as const;

/** `GET /status` with the secret as a bearer token: what the CRM's settings page shows of the connector. */
export async function status(context: Context, parts: StatusParts): Promise<void> {
  const given = givenSecret(readParameters(context.querystring), context.headers.authorization);
  const verdict = parts.secretCheck.judge(context.ip, given);
  context.set('Cache-Control', 'no-store');
  if (verdict !== 'right') {
    const { status, error, why } = faults[verdict];
    parts.refusals.refused(`status refused: secret ${verdict}`, context.ip);
    context.status = status;
    if (verdict === 'missing') context.set('WWW-Authenticate', 'Bearer');
    if (verdict === 'locked') context.set('Retry-After', '60');
    context.body = { error, why };
    return;
  }
  context.body = { ...(await parts.ports.status()), live: { listeners: parts.listeners() } };
}
