import { readFile } from 'node:fs/promises';

/** What really happened in a captured scenario, from the phones, the CDR file and the recordings; never from the AMI stream. */
export interface Truth {
  readonly scenario: string;
  readonly title: string;
  readonly pbx_time_zone: string;
  readonly calls: readonly TrueCall[];
  readonly phones: readonly TruePhone[];
  readonly timeline: readonly TrueMoment[];
  readonly recordings: readonly { readonly path: string; readonly bytes: number | null }[];
  readonly cdr_rows: readonly TrueCdr[];
  readonly ami_sent_by_vtiger_user: readonly { readonly t: number; readonly action: readonly string[] }[];
}

/** A call as a person who was in the room tells it. */
export interface TrueCall {
  readonly direction: 'inbound' | 'outbound' | 'internal';
  readonly click_to_call?: boolean;
  /** null: withheld. */
  readonly customer?: string | null;
  /** The number of a customer who withholds it from whom he calls. */
  readonly withheld_number?: string;
  readonly did?: string;
  readonly rang?: readonly string[];
  readonly agent?: string;
  readonly caller?: string;
  readonly callee?: string;
  readonly answered_by: string | null;
  readonly last_agent?: string;
  readonly outcome: string;
  readonly recording?: boolean;
}

interface TruePhone {
  readonly phone: string;
  readonly direction: 'phone placed it' | 'phone was rung';
  readonly peer: string;
  readonly dialled_at?: string;
  readonly invited_at?: string;
  readonly rang_at?: string | null;
  readonly answered_at?: string | null;
  readonly ended_at?: string | null;
  readonly ended_how?: string | number | null;
}

interface TrueMoment {
  readonly at: string;
  readonly phone?: string;
  readonly ev?: string;
}

interface TrueCdr {
  readonly src: string;
  readonly dst: string;
  readonly channel: string;
  readonly dstchannel: string;
  readonly start: string;
  readonly linkedid: string;
  readonly recordingpath: string;
}

export async function loadTruth(folder: string): Promise<Truth> {
  return JSON.parse(await readFile(`${folder}/truth.json`, 'utf8')) as Truth;
}

/** One call on one phone, as that phone saw it. Times in epoch milliseconds. */
export interface PhoneCall {
  /** An extension (both of a user's phones have his), or `provider`: the trunk's other end. */
  readonly phone: string;
  readonly placed: boolean;
  /** The number that it dialled, or that it was shown as the caller's. */
  readonly peer: string;
  readonly start: number;
  readonly rang: boolean;
  readonly answered: number | null;
  readonly end: number;
  /** When its user had done with it: he handed the other side on, be it that the phone was dismissed later. */
  readonly left: number;
  /** `BYE`, `CANCEL` or the SIP status with which it ended. */
  readonly how: string;
}

export function phoneCalls(truth: Truth): PhoneCall[] {
  return truth.phones.map((phone) => phoneCall(truth, phone)).sort((one, other) => one.start - other.start);
}

function phoneCall(truth: Truth, phone: TruePhone): PhoneCall {
  const name = /^\d{3}/.exec(phone.phone)?.[0] ?? phone.phone;
  const answered = moment(phone.answered_at);
  const end = moment(phone.ended_at) ?? Number.NaN;
  const handedOn = answered === null ? null : transferredAt(truth, phone.phone, answered, end);
  return {
    phone: name,
    placed: phone.direction === 'phone placed it',
    peer: /<sip:([^@>]*)@/.exec(phone.peer)?.[1] ?? phone.peer,
    start: moment(phone.dialled_at ?? phone.invited_at) ?? Number.NaN,
    rang: moment(phone.rang_at) !== null,
    answered,
    end,
    left: handedOn ?? end,
    how: String(phone.ended_how),
  };
}

const moment = (text: string | null | undefined) => (text === null || text === undefined ? null : Date.parse(text));

/** A phone that transfers by REFER is dismissed at once by chan_pjsip, by chan_sip or for a parking lot some seconds later. */
function transferredAt({ timeline }: Truth, phone: string, from: number, until: number): number | null {
  const sent = timeline.findLast(
    ({ at, phone: by, ev = '' }) => by === phone && /^(sent|sends) REFER/.test(ev) && isWithin(at, from, until),
  );
  return sent === undefined ? null : Date.parse(sent.at);
}

const isWithin = (at: string, from: number, until: number) => Date.parse(at) >= from && Date.parse(at) <= until;

export const isExtension = (number: string) => /^1\d\d$/.test(number);
export const isOutside = (number: string) => /^\+?\d{7,}$/.test(number);
