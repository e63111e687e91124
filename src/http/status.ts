import type { Context } from 'koa';
import { admit, type Desk } from './desk.ts';
import { readParameters } from './parameters.ts';
import type { RefusalLog } from './refusal-log.ts';
import { givenSecret, type SecretCheck } from './secret.ts';

export interface StatusParts {
  /** The first one with the secret is asked. */
  readonly desks: readonly Desk[];
  readonly secretCheck: SecretCheck;
  readonly refusals: RefusalLog;
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
  const admitted = admit(given, context.ip, parts);
  context.set('Cache-Control', 'no-store');
  if ('verdict' in admitted) {
    const { verdict } = admitted;
    const { status, error, why } = faults[verdict];
    parts.refusals.refused(`status refused: secret ${verdict}`, context.ip);
    context.status = status;
    if (verdict === 'missing') context.set('WWW-Authenticate', 'Bearer');
    if (verdict === 'locked') context.set('Retry-After', '60');
    context.body = { error, why };
    return;
  }
  const [desk] = admitted.desks;
  context.body = { ...(await desk.ports.status()), live: { listeners: desk.streams.count } };
}
