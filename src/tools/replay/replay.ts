import type { Rules } from '../../call/classify.ts';
import { isExtension } from '../../call/classify.ts';
import type { Dialect } from '../../crm/dialect.ts';
import { localTimeIn } from '../../crm/local-time.ts';
import { plain } from '../text-table.ts';
import { createInputReader, type Inputs, isNeeded } from './inputs.ts';
import { keptWords } from './kept-words.ts';
import { createMask } from './mask.ts';
import { parse } from './parse.ts';
import { readStream } from './read-stream.ts';
import type { Look } from './render.ts';
import { restText, rowsText, storyText } from './report.ts';
import { type Retold, retell } from './retell.ts';
import { type Story, storiesOf } from './stories.ts';
import { cutPackets, headerOf, type RawPacket, type Stream } from './stream.ts';
import { type Times, timesOf } from './times.ts';

export interface ReplaySettings {
  readonly rules: Rules;
  readonly dialect: Dialect;
  readonly timeZone: string;
  /** Channel variables that travel with the callbacks. */
  readonly variables: readonly string[];
  /** Only this call, by any of its ids; null: all. */
  readonly call: string | null;
  readonly allEvents: boolean;
  readonly mask: boolean;
}

export interface Replayed {
  readonly text: string;
  /** false: there was no AMI event in the file, or not the call that was asked for. */
  readonly isTold: boolean;
}

/**
 * Tells what the connector makes of a recording, as text for an admin.
 *
 * @throws Unreadable
 */
export async function replayFile(path: string, settings: ReplaySettings): Promise<Replayed> {
  const stream = await readStream(path);
  const { packets, events, rest } = cutPackets(stream.bytes, (packet) => isNeeded(headerOf(packet, 'Event')));
  const notes = [...stream.notes, ...(rest === '' ? [] : [halfPacket])];
  if (events === 0) return { text: nothingIn(shownPath(path, settings), notes), isTold: false };
  const times = timesOf(packets, stream);
  const inputs = readInputs(packets, times, settings);
  const retold = retell(inputs.heard, settings);
  const head = headOf(shownPath(path, settings), stream, times, events, notes);
  const stories = storiesOf(retold.moments);
  const asked = stories.filter(({ ids }) => settings.call === null || ids.some((id) => id === settings.call));
  const text =
    asked.length === 0
      ? noStory(stories, settings.call, inputs.heard.length)
      : tell(inputs, { ...retold, stories: asked }, settings, times);
  return { text: `${head}\n\n${text}\n`, isTold: settings.call === null || asked.length > 0 };
}

/** Packets parsed in one go. As they are much larger than their text, only what is needed of them is kept. */
const slice = 20_000;

function readInputs(packets: readonly RawPacket[], times: Times, settings: ReplaySettings): Inputs {
  const reader = createInputReader(settings.variables, settings.rules);
  for (let from = 0; from < packets.length; from += slice) {
    const parsed = parse(packets.slice(from, from + slice));
    reader.take(parsed.map(({ packet, index }) => ({ packet, at: times.at[from + index] ?? 0 })));
  }
  return reader.all();
}

function shownPath(path: string, { mask }: ReplaySettings): string {
  return mask ? createMask({ known: [], isOwn: () => false, kept: new Set() })(path) : path;
}

const halfPacket = 'the recording ends within a packet, which is left out';

function nothingIn(path: string, notes: readonly string[]): string {
  const why = notes.length === 0 ? 'is it what Asterisk sent on port 5038?' : notes.join('; ');
  return `${path}: no AMI event in it: ${why}\n`;
}

const sources = {
  recorded: 'times as recorded',
  stamped: "times as Asterisk's Timestamp headers have them",
  guessed:
    'WITHOUT TIMES: the order is right, durations are not (timestampevents = yes in manager.conf would tell them)',
} as const;

function headOf(
  path: string,
  stream: Stream,
  { source, at, isDated }: Times,
  events: number,
  notes: readonly string[],
): string {
  const span = ((at.at(-1) ?? 0) - (at[0] ?? 0)) / 1000;
  const date = isDated ? [] : ['no channel begins in it, so that nothing tells the date'];
  const facts = [`${events} events in ${stream.bytes.length} bytes, ${span.toFixed(1)} s`, sources[source]];
  return [`${path}: ${facts.join(', ')}`, ...[...date, ...notes].map((note) => `note: ${note}`)].join('\n');
}

function tell(
  { broken }: Inputs,
  { stories, ...retold }: Retold & { readonly stories: readonly Story[] },
  settings: ReplaySettings,
  times: Times,
): string {
  const look = lookOf(stories, retold, settings, times);
  const ids = new Set(stories.flatMap((story) => story.ids));
  const rows = retold.rows.filter(({ call }) => ids.has(call));
  return [
    ...stories.map((story) => storyText(story, retold.open, look)),
    rowsText(rows, look),
    '',
    restText(stories, retold, broken, look),
  ].join('\n');
}

function noStory(all: readonly Story[], call: string | null, heard: number): string {
  if (heard === 0) return 'No event of a call is among them: has the AMI account read class `call`?';
  return `There is no call ${call}. There are: ${all.map(({ id }) => id).join(', ')}`;
}

function lookOf(stories: readonly Story[], { paths }: Retold, settings: ReplaySettings, { isDated }: Times): Look {
  const localTime = localTimeIn(settings.timeZone);
  const time = (ms: number) => (isDated ? localTime(ms) : localTime(ms).slice(11));
  const look = { allEvents: settings.allEvents, time };
  const pathOf = (pathOrLink: string) => paths.get(pathOrLink) ?? pathOrLink;
  if (!settings.mask) return { ...look, shown: plain, fileOf: (of) => pathOf(of).split('/').at(-1) ?? of };
  const mask = maskFor(stories, settings.rules);
  return { ...look, shown: (text) => mask(plain(text)), fileOf: numbered(pathOf) };
}

/** Names of recordings are made of customers' numbers and names, in any way. */
function numbered(pathOf: (pathOrLink: string) => string): (pathOrLink: string) => string {
  const numbers = new Map<string, number>();
  return (pathOrLink) => {
    const path = pathOf(pathOrLink);
    const number = numbers.get(path) ?? numbers.size + 1;
    numbers.set(path, number);
    return `(recording ${number})`;
  };
}

function maskFor(stories: readonly Story[], rules: Rules): (text: string) => string {
  const events = stories.flatMap(({ moments }) => moments.flatMap((moment) => moment.events));
  const lines = new Set(
    events.flatMap((event) => ('leg' in event ? event.leg.line : event.kind === 'unrung' ? event.line : [])),
  );
  const parties = events.flatMap((event) =>
    'leg' in event ? event.leg.party.number : event.kind === 'unrung' ? event.party.number : [],
  );
  const heard = stories.flatMap(({ moments }) => moments.flatMap((moment) => moment.heard ?? []));
  return createMask({
    known: parties,
    isOwn: (digits) => lines.has(digits) || rules.trunks.has(digits) || isExtension(digits, rules),
    kept: keptWords(heard.map(({ packet }) => packet)),
  });
}
