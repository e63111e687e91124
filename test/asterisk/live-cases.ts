import { localTimeIn } from '../../src/crm/local-time.ts';
import { type CallRow, secondsBetween } from '../../src/tools/demo/pbxmanager-row.ts';
import { type ImpliedRow, impliedRows, impliedVanillaRows } from '../golden/implied.ts';
import type { Truth } from '../golden/truth.ts';
import type { CrmSide } from './crm-side.ts';
import type { AgentExtension } from './layout.ts';
import type { Office } from './office.ts';
import type { Click } from './scenarios.ts';
import { stories } from './stories.ts';
import { Scene, type Story } from './story.ts';
import { truthOf } from './truth.ts';
import { pause } from './wait.ts';

/** A story, and what stands in the record of each whom it concerned. */
interface LiveCase {
  readonly name: string;
  readonly statuses: Readonly<Partial<Record<AgentExtension, CallRow['status']>>>;
}

const lost = 'Answered elsewhere';
const had = 'completed';

/** Calls that concern several of the office. */
export const liveCases: readonly LiveCase[] = [
  { name: 's14', statuses: { '101': lost, '102': had, '103': lost } },
  { name: 's15', statuses: { '102': lost, '103': had } },
  { name: 's16', statuses: { '101': 'no-answer', '102': 'no-answer', '103': 'no-answer' } },
  { name: 's34', statuses: { '101': lost, '102': had } },
  { name: 's18', statuses: { '101': had, '102': had } },
  { name: 's18b', statuses: { '101': had, '102': had } },
  { name: 's20', statuses: { '101': had, '102': had } },
  { name: 's20b', statuses: { '101': had, '102': had } },
  { name: 's20d', statuses: { '101': had, '102': had } },
  { name: 's21', statuses: { '101': had } },
  { name: 's21b', statuses: { '101': had } },
  { name: 's29', statuses: { '101': lost, '102': had, '103': lost, '104': had } },
  { name: 's30', statuses: { '101': lost, '102': had, '103': lost, '104': had } },
  { name: 's23', statuses: { '101': lost, '103': had } },
  { name: 's25', statuses: { '101': had, '102': had } },
  { name: 's31', statuses: { '104': had } },
  { name: 's40', statuses: { '101': had, '102': had } },
  { name: 's46', statuses: { '101': had, '102': had } },
  { name: 's45', statuses: { '101': had, '102': had, '103': lost } },
];

export function storyNamed(name: string): Story {
  const story = stories.find((each) => each.name === name);
  if (!story) throw new Error(`no story ${name}`);
  return story;
}

/** Plays a story. What happened is taken from the phones, the records and the recordings, as with a capture. */
export async function playedTruth(office: Office, story: Story, click: Click): Promise<Truth> {
  for (const phone of office.phones) phone.reset();
  const session = await office.observe();
  const cdrBefore = await office.cdrFile();
  const startedAt = Date.now();
  const played = await Scene.play(office, story, click);
  // MixMonitor closes its file shortly after the call.
  await pause(500);
  const truth = await truthOf(office, { story, ...played, startedAt, endedAt: Date.now(), cdrBefore }, session);
  session.close();
  return JSON.parse(JSON.stringify(truth)) as Truth;
}

/** The rows that a person in the room would write into such a CRM. */
export function rowsOfTruth(truth: Truth, { dialect }: CrmSide): readonly ImpliedRow[] {
  return dialect === 'vanilla' ? impliedVanillaRows(truth) : impliedRows(truth);
}

export interface Comparable {
  readonly who: string;
  readonly status: string;
  readonly start: string;
  readonly end: string;
  readonly billed: number;
  readonly recorded: boolean;
}

export function comparableTruth(implied: readonly ImpliedRow[], { timeZone }: CrmSide): Comparable[] {
  const local = localTimeIn(timeZone);
  const rows = implied.map(({ user, direction, customer, status, start, end, talked, recording }) => ({
    who: `${user} ${direction} ${customer}`,
    status,
    start: local(start),
    end: local(end),
    billed: Math.round(talked),
    recorded: recording !== null,
  }));
  return rows.toSorted(byWho);
}

/** Times and seconds that are right within one are shown as those of `truth`. */
export function comparableRows(rows: readonly CallRow[], truth: readonly Comparable[]): Comparable[] {
  const found = rows.map((row) => ({
    who: `${row.user} ${row.direction} ${row.customerNumber}`,
    status: row.status,
    start: row.startTime ?? '-',
    end: row.endTime ?? '-',
    billed: row.billDuration,
    recorded: row.recordingUrl !== null,
  }));
  return found.toSorted(byWho).map((row) => {
    const wanted = truth.find(({ who }) => who === row.who);
    return wanted === undefined ? row : closest(row, wanted);
  });
}

const byWho = (one: Comparable, other: Comparable) => one.who.localeCompare(other.who);

function closest(row: Comparable, wanted: Comparable): Comparable {
  const time = (own: string, other: string) => (own !== '-' && Math.abs(secondsBetween(own, other)) <= 1 ? other : own);
  return {
    ...row,
    start: time(row.start, wanted.start),
    end: time(row.end, wanted.end),
    billed: Math.abs(row.billed - wanted.billed) <= 1 ? wanted.billed : row.billed,
  };
}
