import { readdirSync } from 'node:fs';
import type { ChannelFacts, Input, ListedChannel } from '../../src/call/ami-event.ts';
import type { BridgeId, ChannelName, Linkedid, Uniqueid } from '../../src/call/ids.ts';
import { type Heard, openEar } from './hear.ts';
import { loadTruth, type Truth } from './truth.ts';

/** A capture as the core hears it. */
export interface Stream {
  /** `22/s18b`: what a failing property names. */
  readonly name: string;
  readonly heard: readonly Heard[];
  readonly truth: Truth;
}

const captures = 'test/captures';

export const captureNames = readdirSync(captures).flatMap((variant) =>
  readdirSync(`${captures}/${variant}`).map((scenario) => `${variant}/${scenario}`),
);

export async function allStreams(): Promise<Stream[]> {
  const ear = await openEar();
  const streams: Stream[] = [];
  for (const name of captureNames) {
    const folder = `${captures}/${name}`;
    streams.push({ name, heard: await ear.hear(folder), truth: await loadTruth(folder) });
  }
  await ear.close();
  return streams;
}

/** The channels that Asterisk would list at a point of a stream, each as it was last seen. */
export function livingAt(heard: readonly Heard[], index: number): ListedChannel[] {
  const living = new Map<Uniqueid, ListedChannel>();
  const began = new Map<Uniqueid, number>();
  const now = heard[index]?.at ?? 0;
  for (const { input, at } of heard.slice(0, index)) {
    for (const facts of channelsOf(input)) {
      const since = began.get(facts.uniqueid) ?? at;
      began.set(facts.uniqueid, since);
      const bridge = bridgeAfter(input, living.get(facts.uniqueid));
      living.set(facts.uniqueid, { ...facts, bridge, ageMs: Math.max(0, now - since) });
    }
    if (input.kind === 'hangup') living.delete(input.channel.uniqueid);
  }
  return [...living.values()];
}

function bridgeAfter(input: Input, before: ListedChannel | undefined): ListedChannel['bridge'] {
  if (input.kind === 'bridgeEnter') return input.bridge;
  return input.kind === 'bridgeLeave' ? null : (before?.bridge ?? null);
}

/** The channels that an event says something of. */
export function channelsOf(input: Input): ChannelFacts[] {
  if (input.kind === 'dialBegin' || input.kind === 'dialEnd')
    return input.source === null ? [input.dest] : [input.source, input.dest];
  if (input.kind === 'dialState') return [input.dest];
  return 'channel' in input ? [input.channel] : [];
}

/** The same calls of other people (101 is 201) under other ids, `byMs` later. */
export function asOthers(heard: readonly Heard[], byMs: number): Heard[] {
  return heard.map(({ input, at }) => ({ input: otherInput(input), at: at + byMs }));
}

const otherId = <Id extends string>(id: Id) => `9${id}` as Id;
const otherNumber = (text: string) => text.replace(/(?<![0-9])1(0[1-4])(?![0-9])/g, '2$1');
const otherName = (name: ChannelName) => otherNumber(name).replace(/-([^-]*)$/, '-f$1') as ChannelName;

const others = (facts: ChannelFacts): ChannelFacts => ({
  ...facts,
  name: otherName(facts.name),
  uniqueid: otherId<Uniqueid>(facts.uniqueid),
  linkedid: otherId<Linkedid>(facts.linkedid),
  callerNumber: otherNumber(facts.callerNumber),
  exten: otherNumber(facts.exten),
});

function otherInput(input: Input): Input {
  const changed: Record<string, unknown> = { ...input };
  if ('channel' in input) changed['channel'] = others(input.channel);
  if ('dest' in input) changed['dest'] = others(input.dest);
  if ('source' in input) changed['source'] = input.source && others(input.source);
  if ('dialString' in input) changed['dialString'] = otherNumber(input.dialString);
  if ('bridge' in input) changed['bridge'] = otherId<BridgeId>(input.bridge);
  if ('target' in input) changed['target'] = otherId<Uniqueid>(input.target);
  if ('uniqueid' in input) changed['uniqueid'] = input.uniqueid && otherId<Uniqueid>(input.uniqueid);
  if ('path' in input) changed['path'] = input.path.replace(/[^/]*$/, 'other-$&');
  if ('actionId' in input) changed['actionId'] = `other-${input.actionId}`;
  if ('extension' in input) changed['extension'] = otherNumber(input.extension);
  return changed as unknown as Input;
}

/** By time; what came at one moment keeps its order. */
export function merged(one: readonly Heard[], other: readonly Heard[]): Heard[] {
  return [...one, ...other].sort((a, b) => a.at - b.at);
}

/**
 * A stream as Asterisk might as well have sent it: each event as many ms late as `delays` say (0..3 each), but never before
 * an earlier one of the same channel. OriginateResponse, Pickup and a path that a Cdr repeats come from elsewhere: they float.
 */
export function reordered(heard: readonly Heard[], delays: readonly number[]): Heard[] {
  const latest = new Map<string, number>();
  const paths = new Set<string>();
  const keyed = heard.map(({ input, at }, n) => {
    const bound = floats(input, paths) ? [] : idsOf(input);
    const due = at + (delays[n % delays.length] ?? 0);
    const key = Math.max(due, ...bound.map((id) => latest.get(id) ?? 0));
    for (const id of bound) latest.set(id, key);
    return { input, at, key };
  });
  let clock = 0;
  return keyed
    .sort((one, other) => one.key - other.key)
    .map(({ input, at }) => {
      clock = Math.max(clock, at);
      return { input, at: clock };
    });
}

function floats(input: Input, paths: Set<string>): boolean {
  if (input.kind === 'originateResponse' || input.kind === 'pickup') return true;
  if (input.kind !== 'recording') return false;
  const isRepeated = paths.has(input.path);
  paths.add(input.path);
  return isRepeated;
}

function idsOf(input: Input): string[] {
  if (input.kind === 'recording' || input.kind === 'variable') return [input.uniqueid];
  return channelsOf(input).map(({ uniqueid }) => uniqueid);
}
