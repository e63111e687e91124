import { isMap, isScalar, LineCounter, type Pair, parseDocument } from 'yaml';
import { carried, changed, ignored, notesOf, type Origin } from './import-origin.ts';
import {
  emptySource,
  isRawMap,
  type RawMap,
  type RawValue,
  type Source,
  sectionsOf,
  withoutByteOrderMark,
} from './source.ts';
import { readYaml } from './yaml-source.ts';

const settings: ReadonlyMap<string, string> = new Map([
  ['ami.host', 'ami.host'],
  ['ami.port', 'ami.port'],
  ['ami.user', 'ami.username'],
  ['ami.pass', 'ami.secret'],
  ['dialplan.dial_context', 'click_to_call.context'],
  ['log_level', 'log.level'],
]);

const byChannels =
  'calls inside and outside are told apart by the phones’ names (extensions.pattern, trunks), not by contexts';
const byCountry = 'numbers are written by rules of their country: see numbers.country, docs/numbers.md';
const unused: ReadonlyMap<string, string> = new Map([
  ['dialplan.incoming_context', byChannels],
  ['dialplan.outgoing_context', byChannels],
  ['dialplan.ext_context', byChannels],
  ['dialplan.vote_ivr', 'votes after calls are not gathered'],
  ['pbx.dids', 'calls to every number are told; the number that was dialled is told with them'],
  ['pbx.cid_format', byCountry],
  ['pbx.dial_format', `${byCountry}; click_to_call.dial_prefix for digits before them`],
]);

/** Of logrus, which has two more below ours and two above. */
const levels: Readonly<Record<string, string>> = { trace: 'debug', warning: 'warn', fatal: 'error', panic: 'error' };

/** More of them is nobody's settings, but a file made to fill the memory. */
const mostAliases = 100;

/** Reads asterlink's conf.yml. It knows no vTiger, so that the CRM's address and key are still to be given. */
export function importAsterlink(text: string): Source {
  const lines = new LineCounter();
  const document = parseDocument(withoutByteOrderMark(text), {
    schema: 'failsafe',
    merge: true,
    uniqueKeys: false,
    prettyErrors: false,
    logLevel: 'error',
    lineCounter: lines,
  });
  const content = document.errors.length + document.warnings.length > 0 ? null : plainContent(document);
  if (content === null) return brokenSource(text);
  const where = document.contents === null ? new Map<string, number>() : linesOf(document.contents, lines);
  return sourceOf(content, where);
}

/** With the words for faults that a connector.yaml has. */
function brokenSource(text: string): Source {
  const { problems } = readYaml(text);
  const any = { key: 'line 1', expected: 'sections such as ami: and dialplan:, each with its keys below it' };
  return { ...emptySource, isBroken: true, problems: problems.length > 0 ? problems : [any] };
}

/** null: not to be had, for too many aliases or for one that is nobody's. */
function plainContent(document: ReturnType<typeof parseDocument>): RawMap | null {
  try {
    const content = document.toJS({ maxAliasCount: mostAliases }) as RawValue | undefined;
    return isRawMap(content) && content !== null ? content : null;
  } catch {
    return null;
  }
}

/** Of the keys that stand for themselves; those out of an anchor have no line of their own. */
function linesOf(contents: unknown, lines: LineCounter): Map<string, number> {
  const found = new Map<string, number>();
  for (const { name, pair, line } of pairsOf(contents, lines)) {
    found.set(name, line);
    for (const inner of pairsOf(pair.value, lines)) found.set(`${name}.${inner.name}`, inner.line);
  }
  return found;
}

function pairsOf(node: unknown, lines: LineCounter) {
  if (!isMap(node)) return [];
  return (node.items as Pair[]).flatMap((pair) => {
    if (!isScalar(pair.key)) return [];
    return [{ name: String(pair.key.value), pair, line: lines.linePos(pair.key.range?.[0] ?? 0).line }];
  });
}

function sourceOf(content: RawMap, lines: ReadonlyMap<string, number>): Source {
  const values = new Map<string, RawValue>([['database.path', 'connector.db']]);
  const where = new Map<string, string>();
  const names = new Map<string, string>();
  const origins: Origin[] = [];
  for (const [name, value] of leavesOf(content)) {
    const line = lines.get(name) ?? 0;
    const { origin, written } = judge(name, value, line);
    origins.push(origin);
    const [key = ''] = origin.keys;
    if (key === '') continue;
    values.set(key, written);
    names.set(key, name);
    if (line > 0) where.set(key, `line ${line}`);
  }
  return { values: sectionsOf(values), where, names, problems: [], origins, notes: notesOf(origins) };
}

/** Sections and what stands in them; deeper ones are one thing. */
function leavesOf(content: RawMap): [string, RawValue][] {
  return Object.entries(content).flatMap(([section, value]): [string, RawValue][] =>
    isRawMap(value) && value !== null
      ? Object.entries(value).map(([name, inner]) => [`${section}.${name}`, inner])
      : [[section, value]],
  );
}

function judge(name: string, value: RawValue, line: number): { origin: Origin; written: string } {
  const key = settings.get(name);
  if (key === undefined) return { origin: ignored(name, line, whyUnused(name)), written: '' };
  if (typeof value !== 'string' || value.trim() === '' || /^(?:~|null)$/i.test(value))
    return { origin: ignored(name, line, 'it has no value, or none in one line'), written: '' };
  if (name !== 'log_level') return { origin: carried(name, line, [key]), written: value };
  const level = levels[value.toLowerCase()] ?? value.toLowerCase();
  const origin = level === value ? carried(name, line, [key]) : changed(name, line, [key], `${level} is the nearest`);
  return { origin, written: level };
}

function whyUnused(name: string): string {
  if (/^(?:bitrix24|suitecrm)\b/.test(name)) return 'how to reach another CRM';
  return unused.get(name) ?? 'no setting that this connector knows';
}
