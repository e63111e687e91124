import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import type { ImportCommand } from '../cli/import.ts';
import { formatProblems } from '../config/format-problems.ts';
import { type FileKind, kindNames, kindOf } from '../config/import-kind.ts';
import { writtenYaml } from '../config/import-written.ts';
import { loadConfig, readSettings } from '../config/load.ts';
import type { Problem } from '../config/problem.ts';
import { sections } from '../config/setting-keys.ts';
import { isRawMap, type Source } from '../config/source.ts';
import { type ForeignFile, writeSettings } from './import-file.ts';
import { type ImportStory, importJson, importText } from './import-text.ts';
import { plain } from './text-table.ts';

export interface ImportRequest extends Pick<ImportCommand, 'file' | 'force' | 'json'> {
  readonly out: string;
}

/**
 * done: written, and whole · open: written, with something to be filled in · foreign: nobody's settings, or not to be
 * understood · unwritten: the new file is there already, or cannot be made.
 */
export type ImportOutcome = 'done' | 'open' | 'foreign' | 'unreadable' | 'unwritten';

export interface ImportAnswer {
  readonly outcome: ImportOutcome;
  /** For a person who asked; with any other outcome than done and open: what is wrong. */
  readonly text: string;
}

/** A database is not for settings: see importRecordings. */
export type SettingsFile = Exclude<ForeignFile, { kind: 'database' }>;

/** Makes a connector.yaml of another connector's settings. Nothing in them is executed, and they stay as they are. */
export async function importSettings(request: ImportRequest, foreign: SettingsFile): Promise<ImportAnswer> {
  const { file } = request;
  const refuse = (why: string, outcome: ImportOutcome = 'foreign') => ({ outcome, text: `${plain(file)} ${why}.\n` });
  if (foreign.kind !== 'text') return refuse(foreign.why, foreign.kind);
  const { text } = foreign;
  const kind = kindOf(text, file);
  const source = readSettings(text, file);
  if (kind === 'connector') return refuse(whyNothing(text, source));
  if (source.isBroken) return { outcome: 'foreign', text: `${formatProblems(source.problems, plain(file))}\n` };
  return writeImported(request, kind, beside(source, request));
}

function whyNothing(text: string, source: Source): string {
  if (text.includes('\0')) return 'is no text file (if it is one in UTF-16, save it as UTF-8)';
  if (text.trim() === '') return 'is empty';
  const isOurs = Object.keys(source.values).some((name) => sections.some((section) => section.name === name));
  if (isOurs) return 'is a connector.yaml already: there is nothing to import';
  return `is none of the settings that are known: ${Object.values(kindNames).join(', ')}`;
}

/** A database that the connector has begun beside the old file is the one to go on with. */
function beside(source: Source, { file, out }: ImportRequest): Source {
  const section = source.values['database'];
  const path = isRawMap(section) ? section['path'] : undefined;
  const [theirs, ours] = [dirname(resolve(file)), dirname(resolve(out))];
  if (typeof path !== 'string' || theirs === ours) return source;
  const whole = resolve(theirs, path);
  if (!path.includes('/') && !existsSync(whole)) return source;
  return { ...source, values: { ...source.values, database: { path: whole } } };
}

async function writeImported(
  { file, out, force, json }: ImportRequest,
  kind: Exclude<FileKind, 'connector'>,
  source: Source,
): Promise<ImportAnswer> {
  const from = `${basename(file)} (${kindNames[kind]})`;
  const yaml = writtenYaml({ from, source });
  const read = (path: string) => (path === out ? yaml : readFileSync(path, 'utf8'));
  const loaded = loadConfig({ file: out, env: {}, read });
  const why = await writeSettings(out, yaml, force, file);
  if (why !== null) return { outcome: 'unwritten', text: `${plain(out)} ${why}.\n` };
  const open = [...(loaded.ok ? [] : loaded.problems), ...unread(source, loaded.ok ? [] : loaded.problems)];
  const notes = [...(source.remarks ?? []), ...(loaded.ok ? loaded.notes : [])];
  const story: ImportStory = { from, out, source, open, notes };
  return { outcome: open.length === 0 ? 'done' : 'open', text: json ? importJson(story) : importText(story) };
}

/** What could not be read and is not said already, as what is missing because of it. */
function unread({ problems }: Source, said: readonly Problem[]): Problem[] {
  return problems.filter(({ key }) => !said.some((one) => one.key === key));
}
