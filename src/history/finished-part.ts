import type { Direction, Outcome } from '../call/call-event.ts';
import type { Extension, Linkedid } from '../call/ids.ts';

export const historyTable = 'history';

/** One user's part in one call as it ended: what the CRM's record of it says. All times are epoch milliseconds. */
export interface FinishedPart {
  readonly call: Linkedid;
  readonly extension: Extension;
  readonly direction: Direction;
  /** The customer's number, or the colleague's, as Asterisk had it; '' when withheld. */
  readonly number: string;
  readonly name: string;
  /** The number that an inbound caller dialled (DID); '' otherwise. */
  readonly line: string;
  /** How often his phone rang in this call. */
  readonly ring: number;
  readonly startedAt: number;
  readonly endedAt: number;
  /** In conversation; 0 where nobody answered. */
  readonly talkedMs: number;
  readonly outcome: Outcome;
  /** Absent where nobody answered, and where it is not known when. */
  readonly answeredAt?: number;
}

export interface HistoryRow {
  call: string;
  extension: string;
  direction: Direction;
  number: string;
  name: string;
  line: string;
  ring: number;
  started_at: number;
  ended_at: number;
  talked_ms: number;
  outcome: Outcome;
  answered_at?: number | null;
}

export function newRow(part: FinishedPart): HistoryRow {
  const { startedAt: started_at, endedAt: ended_at, talkedMs: talked_ms, answeredAt: answered_at, ...same } = part;
  const row = { ...same, started_at, ended_at, talked_ms };
  // One that is not known leaves the one that is known.
  return answered_at === undefined ? row : { ...row, answered_at };
}

export function mapRow(row: HistoryRow): FinishedPart {
  return {
    call: row.call as Linkedid,
    extension: row.extension as Extension,
    direction: row.direction,
    number: row.number,
    name: row.name,
    line: row.line,
    ring: row.ring,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    talkedMs: row.talked_ms,
    outcome: row.outcome,
    ...(row.answered_at == null ? {} : { answeredAt: row.answered_at }),
  };
}
