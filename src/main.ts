#!/usr/bin/env node
import process from 'node:process';
import { CdrRefused } from './cdr/cdr-source.ts';
import { type Command, parseCommand } from './cli/command.ts';
import { chosenConnection, chosenConnections } from './cli/connection.ts';
import type { DoctorCommand } from './cli/doctor.ts';
import { exitCodes } from './cli/exit-codes.ts';
import { helpOf, hintOf } from './cli/help.ts';
import type { ImportCommand } from './cli/import.ts';
import type { OutboxCommand } from './cli/outbox.ts';
import type { MissedCommand, ReconcileCommand } from './cli/reconcile.ts';
import type { RecordingsCommand } from './cli/recordings.ts';
import type { ReplayCommand } from './cli/replay.ts';
import type { CallCommand, CallsCommand, CaptureCommand } from './cli/story.ts';
import { defaultFile } from './config/default-file.ts';
import { formatProblems } from './config/format-problems.ts';
import type { LoadResult } from './config/load.ts';
import { environment } from './config/process-environment.ts';
import { readApart } from './config/read-apart.ts';
import type { Config } from './config/schema.ts';
import { DatabaseRefused } from './db/refusal.ts';
import { createLog, type Log } from './log.ts';
import { exit, runUntilStopped } from './run.ts';
import type { ServiceRun } from './run-service.ts';
import { keepHeapSmall, optimiseWhenBusy } from './small-heap.ts';
import type { ImportAnswer } from './tools/import-command.ts';
import { version } from './version.ts';

const failure = 1;
const argv = process.argv.slice(2);

async function main(command: Command): Promise<number | null> {
  switch (command.kind) {
    case 'help':
      return print(helpOf(argv));
    case 'version':
      return print(`${version}\n`);
    case 'example':
      return print((await import('./config/reference.ts')).exampleYaml());
    case 'usage':
      process.stderr.write(`${command.problem}\n${hintOf(argv)}`);
      return exitCodes.usage;
    case 'demo':
      return demo(command.port);
    case 'replay':
      return replay(command);
    case 'capture':
      return withConfig(command, (config) => capture(config, command));
    case 'calls':
      return withConfig(command, (config) => showCalls(config, command));
    case 'call':
      return withConfig(command, (config) => tellCall(config, command));
    case 'missed':
      return withConfig(command, (config) => showMissed(config, command));
    case 'reconcile':
      return withConfig(command, (config) => reconcile(config, command));
    case 'outbox':
      return withConfig(command, (config) => handleOutbox(config, command));
    case 'recordings':
      return withConfig(command, (config) => handleRecordings(config, command));
    case 'import':
      return importFrom(command);
    case 'doctor':
      return withSettings(command.config, (settings) => examine(settings, command));
    case 'check':
      return withSettings(command.config, (settings) => check(settings, command.connection));
    case 'run':
      return run(command.config);
  }
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

// What a command needs is loaded when it is asked for: the others do without it.

async function demo(port: number | null): Promise<number | null> {
  const { runDemo } = await import('./tools/demo-command.ts');
  return runUntilStopped((log, onFatal) => runDemo({ port, log, version, onFatal }), demoLog());
}

function demoLog(): Log {
  return createLog({ level: 'warn', format: 'text' });
}

type Settings = ServiceRun['settings'];

type Code = Promise<number | null> | number;

/** @param use what is done with one configuration; of several connections one must be named */
function withConfig({ config: named, connection }: Named, use: (config: Config) => Code): Promise<number | null> {
  return withSettings(named, (settings) => {
    const chosen = chosenConnection(settings.config, connection);
    return typeof chosen === 'string' ? misuse(chosen) : use(chosen.config);
  });
}

interface Named {
  readonly config: string | null;
  readonly connection?: string;
}

async function withSettings(named: string | null, use: (settings: Settings) => Code): Promise<number | null> {
  const { loadConfig } = await import('./config/load.ts');
  const file = fileOf(named);
  return usable(loadConfig({ file, env: environment() }), file, use);
}

function fileOf(named: string | null): string | null {
  return named ?? defaultFile(process.cwd());
}

function usable(loaded: LoadResult, file: string | null, use: (settings: Settings) => Code): Code {
  if (loaded.ok) return use(loaded);
  process.stderr.write(`${formatProblems(loaded.problems, file ?? noFile())}\n`);
  return exitCodes.configuration;
}

function noFile(): string {
  return `no connector.yaml and no config.py in ${process.cwd()} (--example writes one), the environment alone`;
}

async function check({ config, notes }: Settings, named: string | undefined): Promise<number> {
  const chosen = chosenConnections(config, named);
  if (typeof chosen === 'string') return misuse(chosen);
  const { formatConfig } = await import('./config/format.ts');
  for (const note of notes) process.stderr.write(`note: ${note}\n`);
  for (const one of chosen)
    print(`${one.name === null ? '' : `# Connection ${one.name}\n`}${formatConfig(one.config)}`);
  return 0;
}

async function showMissed(config: Config, { days, json }: MissedCommand): Promise<number> {
  const { missedCalls } = await import('./tools/missed-command.ts');
  return orUnreadable(async () => print(await missedCalls(config, { days, json, now: Date.now() })));
}

/** What cannot be read is the operator's to put right, and said without a stack. */
async function orUnreadable(run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (fault) {
    if (!(fault instanceof DatabaseRefused || fault instanceof CdrRefused)) throw fault;
    process.stderr.write(`${fault.message}\n`);
    return exitCodes.unreadable;
  }
}

async function handleOutbox(config: Config, command: OutboxCommand): Promise<number> {
  const { outbox } = await import('./tools/outbox-command.ts');
  return orUnreadable(async () => printFound(await outbox(config, { ...command, now: Date.now() })));
}

async function handleRecordings(config: Config, command: RecordingsCommand): Promise<number> {
  const { recordings } = await import('./tools/recordings-command.ts');
  return orUnreadable(async () => printFound(await recordings(config, { ...command, now: Date.now() })));
}

async function importFrom(command: ImportCommand & Named): Promise<number | null> {
  const { readForeign } = await import('./tools/import-file.ts');
  const foreign = await readForeign(command.file);
  if (foreign.kind === 'database') return importDatabase(command);
  const option = command.config !== null ? 'config' : command.connection !== undefined ? 'connection' : null;
  if (option !== null) return misuse(`--${option} belongs to the import of a database; settings go to --out`);
  const { importSettings } = await import('./tools/import-command.ts');
  return answerImport(await importSettings({ ...command, out: command.out ?? 'connector.yaml' }, foreign));
}

async function importDatabase(command: ImportCommand & Named): Promise<number | null> {
  const { file, out, force, json } = command;
  if (out !== null || force) return misuse('--out and --force belong to the import of settings; this is a database');
  return withConfig(command, async (config) => {
    const { importRecordings } = await import('./tools/import-recordings.ts');
    return orUnreadable(async () => answerImport(await importRecordings(config, { file, json, now: Date.now() })));
  });
}

function misuse(problem: string): number {
  process.stderr.write(`${problem}\n`);
  return exitCodes.usage;
}

function answerImport({ outcome, text }: ImportAnswer): number {
  const isWritten = outcome === 'done' || outcome === 'open';
  (isWritten ? process.stdout : process.stderr).write(text);
  return importCodes[outcome];
}

/** What is to be filled in is told as what differs. */
const importCodes = {
  done: 0,
  open: exitCodes.different,
  foreign: exitCodes.content,
  unreadable: exitCodes.unreadable,
  unwritten: exitCodes.unwritten,
} as const;

async function examine(
  { config, notes }: Settings,
  { json, config: named, connection }: DoctorCommand & Named,
): Promise<number> {
  const chosen = chosenConnections(config, connection);
  if (typeof chosen === 'string') return misuse(chosen);
  const { examineEach } = await import('./tools/doctor-several.ts');
  const { systemClock: clock } = await import('./clock.ts');
  const file = fileOf(named);
  const { text, worst } = await examineEach(chosen, json, { clock, version, node: process.version, file, notes });
  return print(text) || { ok: 0, warning: exitCodes.warnings, fault: exitCodes.faults }[worst];
}

async function showCalls(config: Config, command: CallsCommand): Promise<number> {
  const { listCalls } = await import('./tools/calls-command.ts');
  return orUnreadable(async () => printFound(await listCalls(config, { ...command, now: Date.now() })));
}

async function tellCall(config: Config, command: CallCommand): Promise<number> {
  const { tellCall: tell } = await import('./tools/call-command.ts');
  return orUnreadable(async () => printFound(await tell(config, { ...command, now: Date.now() })));
}

/** That nothing was found is no output of a command. */
function printFound({ text, isFound }: { readonly text: string; readonly isFound: boolean }): number {
  // Who reads a long story (less, head) has seen enough.
  process.stdout.on('error', () => process.exit());
  if (isFound) return print(text);
  process.stderr.write(text);
  return failure;
}

async function reconcile(config: Config, command: ReconcileCommand): Promise<number> {
  const { reconcileCalls } = await import('./tools/reconcile-command.ts');
  return orUnreadable(async () => {
    const { text, notes, isSettled } = await reconcileCalls(config, { ...command, now: () => Date.now() });
    for (const note of notes) process.stderr.write(`note: ${note}\n`);
    return print(text) || (isSettled ? 0 : exitCodes.different);
  });
}

async function replay(command: ReplayCommand & Named): Promise<number | null> {
  const { runReplay, shippedConfig } = await import('./tools/replay-command.ts');
  // Who reads the output (less, head) has seen enough.
  process.stdout.on('error', () => process.exit());
  const tell = (config: Config) => runReplay(command, config, output);
  return command.config === null && command.connection === undefined
    ? tell(shippedConfig())
    : withConfig(command, tell);
}

async function capture(config: Config, { file, mask }: CaptureCommand): Promise<number | null> {
  const { startCapture } = await import('./tools/capture-command.ts');
  const onEnd = () => void process.kill(process.pid, 'SIGINT');
  const facts = { file, mask, version, node: process.version, at: Date.now() };
  return runUntilStopped((log) => startCapture(config, { ...facts, tell: (text) => log.warn(text), onEnd }), demoLog());
}

const output = {
  out: (text: string) => void process.stdout.write(text),
  complain: (text: string) => void process.stderr.write(text),
};

/** What runs for months loads nothing that it does not need while it does. */
async function run(named: string | null): Promise<number | null> {
  keepHeapSmall();
  const file = fileOf(named);
  const [loaded, { runService }] = await Promise.all([readApart(file), import('./run-service.ts')]);
  // Not sooner: what reads the settings is not run again.
  optimiseWhenBusy();
  return usable(loaded, file, (settings) => runService({ settings, file: () => fileOf(named), version }));
}

const code = await main(parseCommand(argv));
// Not left to an empty event loop: pm2 keeps a channel to the process open.
if (code !== null) exit(code);
