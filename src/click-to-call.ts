import { randomBytes } from 'node:crypto';
import type { AmiLink } from './ami/link.ts';
import { originate } from './ami/originate.ts';
import type { TechnologyFinder } from './ami/technology.ts';
import type { Input } from './call/ami-event.ts';
import type { Uniqueid } from './call/ids.ts';
import type { Clock } from './clock.ts';
import type { Config } from './config/schema.ts';
import type { CallRequest, PlaceCallResult } from './http/ports.ts';
import type { Log } from './log.ts';
import { createNumbers } from './numbers/numbers.ts';
import { numberSettings } from './settings.ts';

export interface ClickParts {
  readonly link: AmiLink;
  readonly technology: TechnologyFinder;
  readonly take: (input: Input, at: number) => void;
  readonly clock: Clock;
  readonly log: Log;
}

/** Turns a click that passed /makecall's checks into a call: the user's phone is rung, then the customer. */
export function createClickToCall(config: Config, parts: ClickParts): (request: CallRequest) => PlaceCallResult {
  const { toDialplan } = createNumbers(numberSettings(config));
  return (request) => {
    if (parts.link.state !== 'up') return { placed: false, why: `the link to Asterisk is ${parts.link.state}` };
    void place(config, parts, request, toDialplan(request.to));
    return { placed: true };
  };
}

async function place(config: Config, parts: ClickParts, request: CallRequest, exten: string): Promise<void> {
  const { link, technology, take, clock, log } = parts;
  const { context, ring_seconds, caller_name } = config.click_to_call;
  const id = clickId(clock.now());
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
  if (result.kind === 'rejected' || result.kind === 'down') {
    take({ kind: 'clickRefused', actionId: id }, clock.now());
    const why = result.kind === 'rejected' ? result.message : 'the link to Asterisk went down';
    log.warn(`click-to-call ${request.from} -> ${request.to}: Asterisk did not take it: ${why}`, { linkedid: id });
  }
}

async function technologyOf(config: Config, finder: TechnologyFinder, extension: string): Promise<string> {
  return config.extensions.technologies[extension] ?? (await finder.find(extension));
}

/** Told to every AMI client in OriginateResponse, so it must not be one that another client, or an earlier run, has used. */
function clickId(now: number): Uniqueid {
  return `c2c-${now.toString(36)}-${randomBytes(4).toString('hex')}` as Uniqueid;
}
