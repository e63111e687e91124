import type { Call, Channel, Click } from './call.ts';
import { isExtension, unansweredOutcome } from './classify.ts';
import { emptyCall } from './correlate.ts';
import type { Extension, Linkedid, Uniqueid } from './ids.ts';
import { beginDialLeg, end, type Part, ring } from './legs.ts';
import { type AmiHandlers, callOf, type Step, setCall } from './state.ts';

/** OriginateResponse reason 5: busy, which is what chan_sip makes of a declined call. */
const reasonBusy = 5;

export const clickHandlers: Pick<AmiHandlers, 'originateResponse'> = {
  originateResponse(step, { actionId, success, reason, uniqueid }) {
    const click = step.state.clicks.get(actionId);
    if (click === undefined) return;
    const channel = uniqueid === null ? undefined : step.state.channels.get(uniqueid);
    if (channel !== undefined) return adopt(step, channel, click);
    // To a phone that is not registered there are no channel events at all, only this failure.
    if (!success) failWithoutChannel(step, click, reason);
  },
};

/** A click was handed to Asterisk. Its call begins with the channel that bears the id which we gave it. */
export function beginClick(step: Step, click: Omit<Click, 'clickedAt'>): void {
  step.state.clicks.set(click.actionId, { ...click, clickedAt: step.at });
  step.state.deadlines.add(step.at + step.state.rules.clickLimitMs, { kind: 'click', actionId: click.actionId });
}

export function refuseClick(step: Step, actionId: string): void {
  step.state.clicks.delete(actionId);
}

/** Asterisk never said what became of the click. */
export function expireClick(step: Step, actionId: string): void {
  const click = step.state.clicks.get(actionId);
  if (click !== undefined) failWithoutChannel(step, click, 0);
}

/** A new channel that bears the id of a click is that click's. */
export function adoptClick(step: Step, channel: Channel): void {
  for (const click of step.state.clicks.values())
    if (click.uniqueid === channel.uniqueid) return adopt(step, channel, click);
}

/** A dial without a caller is an Originate's: where Asterisk did not take our id, the extension tells whose. */
export function adoptClickByExtension(step: Step, phone: Channel): void {
  if (phone.endpoint.kind !== 'extension') return;
  for (const click of step.state.clicks.values())
    if (click.extension === phone.endpoint.extension) return adopt(step, phone, click);
}

function adopt(step: Step, first: Channel, click: Click): void {
  const call = callOf(step, first);
  // A call has one click: a second one of the same user waits for a channel of its own.
  if (call.click !== null) return;
  step.state.clicks.delete(click.actionId);
  beginLeg(step, call, click, first.uniqueid);
}

function failWithoutChannel(step: Step, click: Click, reason: number): void {
  step.state.clicks.delete(click.actionId);
  const id = click.uniqueid as string as Linkedid;
  // Its channel is known after all, and its own end is told by it.
  if (step.state.calls.has(id)) return;
  const part = beginLeg(step, emptyCall(id), click, click.uniqueid);
  end(step, part, unansweredOutcome(reason === reasonBusy ? 'BUSY' : null, 0));
  step.state.deadlines.add(step.at + step.state.rules.lateEventMs, { kind: 'close', call: id });
}

/** The user has dialled, when he clicked. */
function beginLeg(step: Step, call: Call, click: Click, uniqueid: Uniqueid): Part {
  const inside = isExtension(click.number, step.state.rules);
  const called = { extension: click.extension as Extension, number: click.number, inside };
  const first = { uniqueid, createdAt: click.clickedAt };
  return ring(step, beginDialLeg(step, setCall(step, { ...call, click }), first, called));
}
