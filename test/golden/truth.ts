/** What really happened in a captured scenario, from the phones, the CDR file and the recordings; never from the AMI stream. */
export interface Truth {
  readonly title: string;
  readonly calls: readonly TrueCall[];
  readonly phones: readonly TruePhone[];
  readonly recordings: readonly { readonly path: string; readonly exists: boolean; readonly bytes: number }[];
  readonly ami_sent_by_vtiger_user: readonly { readonly t: number; readonly action: readonly string[] }[];
}

interface TrueCall {
  readonly direction: 'inbound' | 'outbound' | 'internal';
  /** null: withheld. */
  readonly customer?: string | null;
  readonly did?: string;
  readonly rang?: readonly string[];
  readonly agent?: string;
  readonly caller?: string;
  readonly callee?: string;
  readonly answered_by: string | null;
  readonly outcome: string;
  readonly recording?: boolean;
}

interface TruePhone {
  readonly phone: string;
  readonly peer: string;
  readonly dialled_at?: string;
  readonly invited_at: string;
  readonly ended_at: string;
  readonly talked_s: number | null;
}

/** A row of the CRM as a person who was in the room would write it. Times in epoch milliseconds. */
export interface ImpliedRow {
  readonly user: string;
  readonly direction: 'inbound' | 'outbound';
  readonly customer: string;
  readonly status: string;
  readonly start: number;
  readonly end: number;
  readonly talked: number;
  readonly recording: string | null;
}

const statuses: Readonly<Record<string, string>> = {
  answered: 'completed',
  missed: 'no-answer',
  'no answer': 'no-answer',
  'agent did not pick up': 'no-answer',
  busy: 'busy',
  declined: 'busy',
  'agent declined': 'busy',
};

export function impliedRows(truth: Truth): ImpliedRow[] {
  return truth.calls.map((call) => impliedRow(truth, call));
}

function impliedRow(truth: Truth, call: TrueCall): ImpliedRow {
  const user = call.agent ?? call.caller ?? call.rang?.[0] ?? '101';
  const customer = call.callee ?? call.customer ?? 'anonymous';
  const own = phoneOf(truth, user);
  const other = customerPhone(truth, call, own);
  const answered = call.outcome === 'answered';
  // An unanswered call out is over when the party dropped out, not when the agent tired of the tone.
  const end = !answered && call.direction === 'outbound' && other !== undefined ? other : own;
  return {
    user,
    direction: call.direction === 'inbound' ? 'inbound' : 'outbound',
    customer,
    status: statuses[call.outcome] ?? `? ${call.outcome}`,
    start: Date.parse(own.dialled_at ?? own.invited_at),
    end: Date.parse(end.ended_at),
    // With click-to-call the agent's own phone is up longer than the conversation lasts.
    talked: answered ? Math.min(own.talked_s ?? 0, other?.talked_s ?? 0) : 0,
    recording: call.recording === true ? recordingOf(truth, customer) : null,
  };
}

function phoneOf(truth: Truth, extension: string): TruePhone {
  const phone = truth.phones.find((each) => each.phone === extension);
  if (phone === undefined) throw new Error(`the truth knows no phone ${extension}`);
  return phone;
}

function customerPhone(truth: Truth, call: TrueCall, own: TruePhone): TruePhone | undefined {
  return truth.phones.find((phone) => phone !== own && (call.did === undefined || phone.peer === call.did));
}

function recordingOf(truth: Truth, customer: string): string | null {
  const file = truth.recordings.find(({ path, bytes }) => path.includes(customer) && bytes > 44);
  return file?.path.split('/').at(-1) ?? null;
}
