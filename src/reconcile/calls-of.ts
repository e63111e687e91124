import { endpointOf, type Rules } from '../call/classify.ts';
import type { ChannelName } from '../call/ids.ts';
import type { CdrRecord } from '../cdr/cdr-record.ts';
import type { CdrCall, CdrPart, CdrRecording, CdrUnrung } from './cdr-call.ts';
import { type DialledPart, dialledParts } from './dialled-parts.ts';
import { type CdrGroup, groupRecords } from './group.ts';
import { relationsOf } from './meetings.ts';
import { type Outsider, outsiderOf } from './outsiders.ts';
import { rungParts } from './rung-parts.ts';

interface Sketch {
  readonly group: CdrGroup;
  readonly rung: readonly CdrPart[];
  readonly dialled: readonly DialledPart[];
}

/** Calls judged between two steps: some milliseconds. */
const stepCalls = 200;

/** The calls that rows of a CDR tell of, with what each user had to do with them by the connector's own rules. */
export function callsOf(records: readonly CdrRecord[], rules: Rules): CdrCall[] {
  const steps = callsInSteps(records, rules);
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/** The same in steps, between which a connector that runs may do something else. */
export function* callsInSteps(records: readonly CdrRecord[], rules: Rules): Generator<undefined, CdrCall[]> {
  const sketches: Sketch[] = [];
  for (const group of groupRecords(records)) {
    const relations = relationsOf(group.records, rules);
    const rung = rungParts(relations, group.records, rules);
    sketches.push({ group, rung, dialled: dialledParts(relations, group.records, rules) });
    if (sketches.length % stepCalls === 0) yield;
  }
  const talks = byHour(sketches.flatMap(talksOf));
  const calls: CdrCall[] = [];
  for (const sketch of sketches) {
    calls.push(callOfSketch(sketch, talks, rules));
    if (calls.length % stepCalls === 0) yield;
  }
  return calls;
}

/** A user talks to somebody from outside. */
interface OutsideTalk {
  readonly part: CdrPart;
  readonly since: number;
  readonly group: CdrGroup;
  /** The phone on which he placed the call; null: he was rung. */
  readonly phone: string | null;
}

function talksOf({ group, rung, dialled }: Sketch): OutsideTalk[] {
  const placed = dialled.map(({ part, phone }) => ({ part, phone, group }));
  const all = [...rung.map((part) => ({ part, phone: null, group })), ...placed];
  return all.flatMap((talk) => {
    const { answeredAt: since, direction } = talk.part;
    return since === null || direction === 'internal' ? [] : [{ ...talk, since }];
  });
}

const hourMs = 3_600_000;

/** Talks by user and by each hour in which they went on: a month has many. */
type Talks = ReadonlyMap<string, readonly OutsideTalk[]>;

const hourOf = ({ extension }: CdrPart, at: number) => `${extension} ${Math.floor(at / hourMs)}`;

function byHour(talks: readonly OutsideTalk[]): Talks {
  const hours = new Map<string, OutsideTalk[]>();
  for (const talk of talks) {
    const { startedAt, endedAt } = talk.part;
    for (let at = startedAt; at < endedAt + hourMs; at += hourMs) {
      const key = hourOf(talk.part, at);
      const own = hours.get(key);
      if (own === undefined) hours.set(key, [talk]);
      else own.push(talk);
    }
  }
  return hours;
}

function callOfSketch(sketch: Sketch, talks: Talks, rules: Rules): CdrCall {
  const { ids, records } = sketch.group;
  const dialled = sketch.dialled.filter((each) => !isConsultation(each, sketch, talks)).map(({ part }) => part);
  const own = withoutDoubles([...sketch.rung, ...dialled]);
  const caller = callerOf(sketch, rules);
  const unrung = own.length > 0 || caller === null ? null : unrungBy(caller, records, rules);
  const missed = unrung === null ? null : missedBy(unrung, rules);
  return {
    ids,
    startedAt: Math.min(...records.map(({ start }) => start)),
    endedAt: Math.max(...records.map(({ end }) => end)),
    parts: missed === null ? own : [missed],
    unrung: missed === null ? unrung : null,
    recordings: recordingsOf(sketch, own),
  };
}

/**
 * A call that a user places while he has somebody from outside on the line: of one to a colleague nothing is told, and of
 * one to the outside neither, if Asterisk joined the two.
 */
function isConsultation({ part, phone }: DialledPart, { group }: Sketch, talks: Talks): boolean {
  return (talks.get(hourOf(part, part.startedAt)) ?? []).some((talk) => {
    if (talk.phone === phone) return false;
    const isMeanwhile = talk.since <= part.startedAt && talk.part.endedAt >= part.startedAt;
    const isFirst = talk.part.startedAt < part.startedAt;
    return isMeanwhile && isFirst && (part.direction === 'internal' || talk.group === group);
  });
}

/** A user has one part in a call. */
function withoutDoubles(parts: readonly CdrPart[]): CdrPart[] {
  const kept = new Map<string, CdrPart>();
  for (const part of parts) {
    const key = `${part.call} ${part.extension}`;
    const before = kept.get(key);
    if (before === undefined || (before.answeredAt === null && part.answeredAt !== null)) kept.set(key, part);
  }
  return [...kept.values()];
}

/** The one who called in, if anybody did. */
function callerOf({ group }: Sketch, rules: Rules): Outsider | null {
  const [first] = group.records;
  if (first === undefined || endpointOf(first.channel as ChannelName, rules).kind !== 'trunk') return null;
  const outsider = outsiderOf(first.channel, group.records, rules);
  return outsider.hasCalled ? outsider : null;
}

/** Nobody's phone rang for him. One who was put through to the outside and answered there has not been missed. */
function unrungBy(caller: Outsider, records: readonly CdrRecord[], rules: Rules): CdrUnrung | null {
  const { call, party, line, start, end } = caller;
  const isTaken = records.some(
    ({ disposition, dstchannel }) =>
      disposition === 'answered' && dstchannel !== '' && endpointOf(dstchannel as ChannelName, rules).kind === 'trunk',
  );
  return isTaken ? null : { call, party, line, startedAt: start, endedAt: end };
}

function missedBy({ call, party, line, startedAt, endedAt }: CdrUnrung, rules: Rules): CdrPart | null {
  const extension = rules.missedExtension(line);
  if (extension === null) return null;
  return {
    ...{
      call,
      extension,
      direction: 'inbound',
      party,
      line,
      ring: 1,
      begunAt: startedAt,
      startedAt,
      answeredAt: null,
      endedAt,
    },
    talkedMs: 0,
    outcome: 'no-answer',
    earlier: [],
    lostAt: null,
    knows: { existence: true, end: true, answer: false },
  };
}

function recordingsOf({ group }: Sketch, parts: readonly CdrPart[]): CdrRecording[] {
  const files = new Map<string, CdrRecording>();
  for (const { recording: file, uniqueid, linkedid, start, end } of group.records) {
    if (file === '' || files.has(file)) continue;
    const id = linkedid ?? uniqueid;
    const call = (parts.find((part) => part.call === id) ?? parts[0])?.call;
    if (call !== undefined) files.set(file, { call, uniqueid, file, startedAt: start, endedAt: end });
  }
  return [...files.values()];
}
