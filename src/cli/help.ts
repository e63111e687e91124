import { connectionHelp } from './connection.ts';
import { importHelp } from './import.ts';
import { program } from './program.ts';
import { recordingsHelp, recordingsUsage } from './recordings.ts';
import { captureHelp, storyHelp, storyUsage } from './story.ts';

interface Section {
  readonly usage: readonly string[];
  readonly help: string;
}

const doctor: Section = {
  usage: [`${program} doctor [--config FILE] [--json]`],
  help: `\
  doctor         looks at Asterisk, the CRM, the recordings and this machine, and says what is wrong and how to put it
                 right; changes nothing, also beside a running connector; exits with 0 if all is well, with 1 if there are
                 warnings, with 2 if there are faults
  --json         for a program to read
`,
};

const story: Section = { usage: storyUsage, help: storyHelp };

const missed: Section = {
  usage: [`${program} missed [--config FILE] [--days N] [--json]`],
  help: `\
  missed         callers who were gone before any phone rang, and whose missed call it therefore is not
  --days N       of the last N days (default: 7)
  --json         for a program to read
`,
};

const reconcile: Section = {
  usage: [`${program} reconcile [--config FILE] [--since T] [--until T] [--days N] [--repair] [--json]`],
  help: `\
  reconcile      compares Asterisk's CDR with what the connector knows and what the CRM was told; exits with 0 if all
                 agree, or have been made to, and with 1 if not. Left out are calls that ended within the last
                 15 s
  --since T      calls from then on: 2026-11-21 or "2026-11-21 14:30", in the CRM's time zone
  --until T      calls up to then (default: now)
  --days N       in place of --since: of the last N days (default: 1)
  --repair       have the CRM told of what is missing, once
  --json         for a program to read
`,
};

const outbox: Section = {
  usage: [
    `${program} outbox [list] [--config FILE] [--call ID] [--state S] [--limit N] [--json] [--mask]`,
    `${program} outbox retry|drop [--config FILE] --call ID|--all`,
  ],
  help: `\
  outbox         what waits for the CRM and what was given up, the oldest first
  --call ID      only of the call with this linkedid
  --state S      waiting, given_up, delivered, dropped or all (default: waiting and given_up)
  --limit N      no more than N callbacks (default: 100)
  --json         for a program to read
  --mask         with customers' numbers made unreadable
  outbox retry   sends again what was given up, and what follows it in its record, in order
  outbox drop    lets what was given up go for good; of one call also what waits
  --call ID      of the call with this linkedid
  --all          of all calls
`,
};

const recordings: Section = { usage: recordingsUsage, help: recordingsHelp };

const replay: Section = {
  usage: [`${program} replay FILE... [--config FILE] [--dialect NAME] [--call ID] [--events] [--mask]`],
  help: `\
  replay         tells the calls in a recording of Asterisk's AMI: what it said, what was made of it, what the CRM is told
  --config FILE  with these settings (default: those that are shipped)
  --dialect NAME as this CRM is told: salesplatform or vanilla
  --call ID      only the call with this linkedid
  --events       with every event of the calls, not only those that changed something
  --mask         with customers' numbers made unreadable, for sending it to somebody
`,
};

const capture: Section = { usage: [`${program} capture FILE [--config FILE] [--mask]`], help: captureHelp };

const importing: Section = {
  usage: [`${program} import FILE [--out FILE] [--force] [--json] [--config FILE]`],
  help: importHelp,
};

const demo: Section = {
  usage: [`${program} demo [--port N]`],
  help: `\
  demo           the whole connector between an Asterisk and a CRM that are played, to look at in a browser
  --port N       the demo's port
`,
};

const sections = [doctor, story, missed, reconcile, outbox, recordings, replay, capture, importing, demo];

/** Of which section a command is. */
const commands: Readonly<Record<string, Section>> = {
  ...{ doctor, calls: story, call: story, missed, reconcile, outbox, recordings, replay, capture, record: capture },
  ...{ import: importing, demo },
};

const general = `\
  --config FILE  settings: a YAML file, or another connector's as it is (config.py, *.properties; see import)
                 (default: connector.yaml, else config.py, in the working directory)
${connectionHelp}  --check        show the settings as they take effect, or all that is wrong with them, and exit with 0 or 78
  --example      write a connector.yaml with every setting explained, and exit
  --version      write the version, and exit
  --help         write this, and exit
`;

const ending = `\
Every setting may also be given in the environment: CONNECTOR_AMI_HOST for ami.host, and so on.
Exit codes: 64 for a mistake on the command line, 65 for a recording without AMI events and for a file that import does not
know, 66 for a file that cannot be read, 73 for one that cannot be written, 78 for a mistake in the settings.
`;

export const helpText = `${usageOf([`${program} [--config FILE] [--check]`, ...sections.flatMap(({ usage }) => usage)])}
Connects Asterisk to vTiger or SalesPlatform CRM.

${[general, ...sections.map(({ help }) => help), ending].join('\n')}`;

/** What `--help` writes: of the command that is named beside it, or all. */
export function helpOf(argv: readonly string[]): string {
  const section = commands[commandIn(argv) ?? ''];
  if (section === undefined) return helpText;
  const more = `${program} --help tells of the other commands, of --config and of the exit codes.`;
  return `${usageOf(section.usage)}\n${section.help}\n${more}\n`;
}

/** What stands below the mistake of a command line. Short: the mistake is to stay on the screen. */
export function hintOf(argv: readonly string[]): string {
  const command = commandIn(argv);
  const section = commands[command ?? ''];
  if (command === null || section === undefined) return `${program} --help tells of the commands and options.\n`;
  return `${usageOf(section.usage)}${program} ${command} --help tells more.\n`;
}

function commandIn(argv: readonly string[]): string | null {
  return argv.find((word) => Object.hasOwn(commands, word)) ?? null;
}

function usageOf(lines: readonly string[]): string {
  return `Usage: ${lines.join('\n       ')}\n`;
}
