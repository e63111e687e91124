import { readdir, stat } from 'node:fs/promises';
import type { AmiSession } from './ami-session.ts';
import { parseCsvRow } from './csv.ts';
import type { Office } from './office.ts';
import type { PhoneCall } from './phone-call.ts';
import type { ActedByHand, Story } from './story.ts';
import type { ToldCall } from './telling.ts';

/** The columns of office/cdr_custom.conf. */
const cdrColumns = [
  'clid',
  'src',
  'dst',
  'dcontext',
  'channel',
  'dstchannel',
  'lastapp',
  'lastdata',
  'start',
  'answer',
  'end',
  'duration',
  'billsec',
  'disposition',
  'uniqueid',
  'linkedid',
  'sequence',
  'recordingpath',
] as const;

type CdrRow = Readonly<Record<(typeof cdrColumns)[number], string>>;

export interface Played {
  readonly story: Story;
  readonly calls: readonly ToldCall[];
  readonly acted: readonly ActedByHand[];
  readonly startedAt: number;
  readonly endedAt: number;
  /** The file of records as it was before. */
  readonly cdrBefore: string;
}

/** truth.json of a capture: what happened, from the phones, the records and the recordings, never from the AMI stream. */
export async function truthOf(office: Office, played: Played, session: AmiSession): Promise<object> {
  const { story, calls } = played;
  const sent = [...session.sent];
  const rows = parseCdr((await office.cdrFile()).slice(played.cdrBefore.length));
  const files = await recordings(office, rows, played.startedAt);
  return {
    scenario: story.name,
    title: story.title,
    variant: office.variant,
    asterisk: (await session.act({ Action: 'CoreSettings' })).get('AsteriskVersion') ?? '',
    started: iso(played.startedAt),
    ended: iso(played.endedAt),
    pbx_time_zone: office.timeZone,
    ok: true,
    error: null,
    calls: calls.map((call) => withRecording(call, files)),
    phones: office.phones.flatMap((phone) => phone.calls.map((call) => phoneTruth(phone.name, call))),
    timeline: timeline(office, played.acted),
    recordings: files,
    cdr_rows: rows,
    ami_sent_by_vtiger_user: sent.map(({ at, atByte, action }) => ({ t: at / 1000, at_byte: atByte, action })),
    note: 'calls, phones and timeline come from the SIP phones; cdr_rows from a CSV file of Asterisk, in its time zone',
  };
}

const iso = (at: number) => new Date(at).toISOString();

/** The size of a WAV without sound. */
const wavHeader = 44;

/** The replaced connector's dialplan names a file by the numbers of both sides. */
function withRecording(call: ToldCall, files: readonly RecordingFile[]): ToldCall {
  if (!call.outcome.startsWith('answered') || call.direction === 'internal' || call.recording !== undefined)
    return call;
  const customer = call.customer ?? call.withheld_number ?? 'anonymous';
  const recorded = files.some(({ path, bytes }) => path.includes(customer) && bytes !== null && bytes > wavHeader);
  return { ...call, recording: recorded };
}

function timeline(office: Office, acted: readonly ActedByHand[]): object[] {
  const seen = office.phones.flatMap((phone) => phone.calls.flatMap((call) => call.moments));
  const moments = [
    ...seen.map(({ at, phone, what }) => ({ at, told: { phone, ev: what } })),
    ...acted.map(({ at, action }) => ({ at, told: { ami_action_by_operator: action } })),
  ];
  return moments.toSorted((one, other) => one.at - other.at).map(({ at, told }) => ({ at: iso(at), ...told }));
}

function phoneTruth(phone: string, call: PhoneCall): object {
  const { rangAt, answeredAt, endedAt } = call;
  const talked = answeredAt === null || endedAt === null ? null : (endedAt - answeredAt) / 1000;
  return {
    phone,
    direction: call.placedHere ? 'phone placed it' : 'phone was rung',
    peer: call.peer,
    [call.placedHere ? 'dialled_at' : 'invited_at']: iso(call.startedAt),
    ...(rangAt !== null && { rang_at: iso(rangAt) }),
    ...(answeredAt !== null && { answered_at: iso(answeredAt) }),
    ...(endedAt !== null && { ended_at: iso(endedAt) }),
    ...(talked !== null && { talked_s: Math.round(talked * 100) / 100 }),
    ended_by: call.endedBy,
    ended_how: call.endedHow,
    reason_header: call.endedReason,
    rtp_packets_received: call.packets.received,
    rtp_packets_sent: call.packets.sent,
  };
}

function parseCdr(csv: string): CdrRow[] {
  const lines = csv.split('\n').filter((line) => line !== '');
  return lines.map((line) => {
    const cells = parseCsvRow(line);
    return Object.fromEntries(cdrColumns.map((column, index) => [column, cells[index] ?? ''])) as CdrRow;
  });
}

interface RecordingFile {
  readonly path: string;
  readonly exists: boolean;
  readonly bytes: number | null;
}

/** What the records name, and what was written whether or not a record names it. */
async function recordings(office: Office, rows: readonly CdrRow[], since: number): Promise<RecordingFile[]> {
  const named = rows.map((row) => row.recordingpath).filter((path) => path !== '');
  const all = (await readdir(office.monitorDirectory)).map((name) => `/var/spool/asterisk/monitor/${name}`);
  const files = await Promise.all([...new Set([...named, ...all])].map((path) => recordingAt(office, path)));
  return files
    .filter(({ path, modifiedAt }) => named.includes(path) || modifiedAt >= since)
    .map(({ path, bytes }) => ({ path, exists: bytes !== null, bytes }));
}

async function recordingAt(office: Office, path: string) {
  const found = await stat(office.pathOf(path)).catch(() => null);
  return { path, bytes: found?.size ?? null, modifiedAt: found?.mtimeMs ?? 0 };
}
