import { readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { ChannelFacts, Input, ListedChannel } from '../../src/call/ami-event.ts';
import type { CallEvent } from '../../src/call/call-event.ts';
import { restore, save } from '../../src/call/saved.ts';
import { createState } from '../../src/call/state.ts';
import { step } from '../../src/call/tracker.ts';
import { rules } from '../call/office.ts';
import { type LivingCall, livingCall } from '../faults/planned-call.ts';

/** Asterisk's own list of channels, kept by what it has said. */
class Listed {
  readonly #channels = new Map<string, ChannelFacts & { bridge: ListedChannel['bridge']; readonly since: number }>();

  hear(input: Input, at: number): void {
    const facts = [
      'channel' in input ? input.channel : null,
      'source' in input ? input.source : null,
      'dest' in input ? input.dest : null,
    ];
    for (const one of facts) if (one !== null) this.#see(one, at, input.kind === 'newChannel');
    if (!('channel' in input) || input.channel === null) return;
    const channel = this.#channels.get(input.channel.uniqueid);
    if (input.kind === 'bridgeEnter' && channel !== undefined) channel.bridge = input.bridge;
    if (input.kind === 'bridgeLeave' && channel !== undefined) channel.bridge = null;
    if (input.kind === 'hangup') this.#channels.delete(input.channel.uniqueid);
  }

  #see(facts: ChannelFacts, at: number, isNew: boolean): void {
    const before = this.#channels.get(facts.uniqueid);
    if (before === undefined && !isNew) return;
    this.#channels.set(facts.uniqueid, { bridge: null, since: at, ...before, ...facts });
  }

  at(now: number): ListedChannel[] {
    return [...this.#channels.values()].map(({ since, ...channel }) => ({ ...channel, ageMs: now - since }));
  }
}

/** The last word on each part of a call; the connector is killed behind the `cut`th input and back at once. */
function lastWords(call: LivingCall, cut: number | null): string[] {
  const stored = new Map<string, string | null>();
  const events: CallEvent[] = [];
  const listed = new Listed();
  let state = createState(rules);
  const say = (input: Input, at: number) => {
    const told = step(state, input, at);
    for (const id of told.touched) stored.set(id, save(state, id));
    events.push(...told.events);
  };
  const pass = (from: number, until: number) => {
    for (let at = Math.ceil((from + 1) / 250) * 250; at < until; at += 250) say({ kind: 'tick' }, at);
  };
  let last = 0;
  for (const [index, { input, at }] of call.heard(0).entries()) {
    pass(last, at);
    last = at;
    say(input, at);
    listed.hear(input, at);
    if (index + 1 !== cut) continue;
    state = createState(rules);
    for (const text of stored.values()) if (text !== null) restore(state, text, at);
    say({ kind: 'snapshot', channels: listed.at(at), since: at, heardUntil: at }, at);
  }
  pass(last, last + 5_000);
  for (const later of [100_000, 200_000]) say({ kind: 'tick' }, last + later);
  const words = new Map<string, string>();
  for (const event of events) {
    if (event.kind !== 'ended') continue;
    const { call: id, extension, direction, party } = event.leg;
    const [at, talked] = [event.at, event.talkedMs].map((ms) => Math.round(ms / 1000));
    words.set(
      `${id} ${extension}`,
      `${id} ${extension} ${direction} ${party.number} ${event.outcome} at ${at}, talked ${talked}`,
    );
  }
  return [...words.values()].sort();
}

/** Where a burst of events ends: what is not heard yet of a burst, a list of channels would tell. */
const burstMs = 20;

test.each(readdirSync('test/captures/22'))('%s: a restart in an instant changes nothing', async (scenario) => {
  const call = await livingCall(scenario, { serial: 1, epoch: 1_700_000_000 });
  const heard = call.heard(0);
  const right = lastWords(call, null);
  for (const [index, { at }] of heard.entries()) {
    const isBurst = (heard[index + 1]?.at ?? Number.POSITIVE_INFINITY) - at < burstMs;
    if (!isBurst) expect([`cut ${index + 1}`, ...lastWords(call, index + 1)]).toEqual([`cut ${index + 1}`, ...right]);
  }
});
