import { randomUUID } from 'node:crypto';
import type { AmiLink } from './ami/link.ts';
import { originate } from './ami/originate.ts';
import type { TechnologyFinder } from './ami/technology.ts';
import type { Input } from './call/ami-event.ts';
import type { Uniqueid } from './call/ids.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import type { CallRequest, PlaceCallResult } from './http/ports.ts';
import type { LiveSide } from './live-side.ts';
import type { Log } from './log.ts';
import type { Meters } from './metrics/meters.ts';
import { createNumbers } from './numbers/numbers.ts';
import { numberSettings } from './settings.ts';

export interface ClickParts {
  readonly link: AmiLink;
  readonly technology: TechnologyFinder;
  readonly take: (input: Input, at: number) => void;
  /** There will be no call of this click. */
  readonly clickFailed: LiveSide['clickFailed'];
  readonly meters: Pick<Meters, 'originated'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** Turns a click that passed /makecall's checks into a call: the user's phone is rung, then the customer. */
export function createClickToCall(config: Config, parts: ClickParts): (request: CallRequest) => PlaceCallResult {
  const { toDialplan } = createNumbers(numberSettings(config));
  return (request) => {
    if (parts.link.state !== 'up') return { placed: false, why: `the link to Asterisk is ${parts.link.state}` };
    const click = clickId(parts.clock.now());
    void place(config, parts, { ...request, id: click, exten: toDialplan(request.to) });
    return { placed: true, click };
  };
}

interface Click extends CallRequest {
  readonly id: Uniqueid;
  readonly exten: string;
}

async function place(config: Config, parts: ClickParts, request: Click): Promise<void> {
  const { link, technology, take, clock, meters } = parts;
  const { context, ring_seconds, caller_name } = config.click_to_call;
  const { id, exten } = request;
  // Told before Asterisk is asked: its channel may appear before the action's answer.
  take({ kind: 'click', actionId: id, uniqueid: id, extension: request.from, number: request.to }, clock.now());
  const result = await originate(link, {
    actionId: id,
    channelId: id,
    technology: await technologyOf(config, technology, request.from),
    extension: request.from,
    context: request.context ?? context,
    exten,
    callerName: caller_name,
    callerNumber: request.from,
    ringMs: ring_seconds * 1000,
    variables: request.variables,
  });
  meters.originated(result.kind);
  if (result.kind === 'rejected') notTaken(parts, request, 'failed', result.message);
  if (result.kind === 'down') notTaken(parts, request, 'unreachable', 'the link to Asterisk went down');
}

function notTaken(parts: ClickParts, { id, from, to }: Click, state: 'failed' | 'unreachable', why: string): void {
  const { take, clickFailed, clock, log } = parts;
  take({ kind: 'clickRefused', actionId: id }, clock.now());
  clickFailed(id, state, why);
  log.warn(`click-to-call ${from} -> ${to}: Asterisk did not take it: ${why}`, { linkedid: id });
}

async function technologyOf(config: Config, finder: TechnologyFinder, extension: string): Promise<string> {
  return config.extensions.technologies[extension] ?? (await finder.find(extension));
}

/**
 * Told to every AMI client in OriginateResponse, so it must not be one that another client, or an earlier run, has used. The
 * first 32 bits of a UUID are random, and Node (20 to 24) has many ready, where randomBytes asks OpenSSL each time.
 */
function clickId(now: number): Uniqueid {
  return `c2c-${now.toString(36)}-${randomUUID().slice(0, 8)}` as Uniqueid;
}
