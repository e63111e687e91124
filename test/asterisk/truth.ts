import { stat } from 'node:fs/promises';
import type { AmiSession } from './ami-session.ts';
import { parseCsvRow } from './csv.ts';
import type { Office } from './office.ts';
import type { PhoneCall } from './phone-call.ts';
import type { Scenario, TrueCall } from './scenarios.ts';

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
  readonly scenario: Scenario;
  readonly calls: readonly TrueCall[];
  readonly startedAt: number;
  readonly endedAt: number;
  /** The file of records as it was before. */
  readonly cdrBefore: string;
}

/** truth.json of a capture: what happened, from the phones, the records and the recordings, never from the AMI stream. */
export async function truthOf(office: Office, played: Played, session: AmiSession): Promise<object> {
  const { scenario, calls } = played;
  const sent = [...session.sent];
  const rows = parseCdr((await office.cdrFile()).slice(played.cdrBefore.length));
  return {
    scenario: scenario.name,
    title: scenario.title,
    variant: office.variant,
    asterisk: (await session.act({ Action: 'CoreSettings' })).get('AsteriskVersion') ?? '',
    started: iso(played.startedAt),
    ended: iso(played.endedAt),
    pbx_time_zone: office.timeZone,
    ok: true,
    error: null,
    calls: calls.map(callTruth),
    phones: office.phones.flatMap((phone) => phone.calls.map((call) => phoneTruth(phone.name, call))),
    timeline: office.phones
      .flatMap((phone) => phone.calls.flatMap((call) => call.moments))
      .sort((one, other) => one.at - other.at)
      .map(({ at, phone, what }) => ({ at: iso(at), phone, ev: what })),
    recordings: await recordings(office, rows),
    cdr_rows: rows,
    ami_sent: sent.map(({ at, atByte, action }) => ({ at: iso(at), at_byte: atByte, action })),
    note: 'calls, phones and timeline come from the SIP phones; cdr_rows from a CSV file of Asterisk, in its time zone',
  };
}

const iso = (at: number) => new Date(at).toISOString();
const isoOrNull = (at: number | null) => (at === null ? null : iso(at));

function callTruth(call: TrueCall): object {
  return {
    direction: call.direction,
    customer: call.customer,
    agent: call.agent,
    outcome: call.outcome,
    started_at: iso(call.startedAt),
    answered_at: isoOrNull(call.answeredAt),
    ended_at: iso(call.endedAt),
    talked_s: call.talkedSeconds,
  };
}

function phoneTruth(phone: string, call: PhoneCall): object {
  return {
    phone,
    direction: call.placedHere ? 'phone placed it' : 'phone was rung',
    peer: call.peer,
    [call.placedHere ? 'dialled_at' : 'invited_at']: iso(call.startedAt),
    rang_at: isoOrNull(call.rangAt),
    answered_at: isoOrNull(call.answeredAt),
    ended_at: isoOrNull(call.endedAt),
    talked_s: call.answeredAt === null || call.endedAt === null ? 0 : (call.endedAt - call.answeredAt) / 1000,
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

async function recordings(office: Office, rows: readonly CdrRow[]): Promise<object[]> {
  const paths = [...new Set(rows.map((row) => row.recordingpath).filter((path) => path !== ''))];
  return Promise.all(
    paths.map(async (path) => {
      const bytes = await stat(office.pathOf(path)).then(
        ({ size }) => size,
        () => null,
      );
      return { path, exists: bytes !== null, bytes };
    }),
  );
}
