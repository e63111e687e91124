import { localTimeIn } from '../../crm/local-time.ts';
import {
  type CallRow,
  type CrmCustomer,
  type CrmUser,
  noDate,
  secondsBetween,
  storedNumber,
  storedTime,
} from './pbxmanager-row.ts';
import { type Violation, violationsIn } from './violations.ts';

type Params = Readonly<Record<string, string | undefined>>;

export interface PbxManagerSettings {
  readonly users: readonly CrmUser[];
  readonly customers: readonly CrmCustomer[];
  readonly token: string;
  readonly timeZone?: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const done: Reply = { status: 200, contentType: 'text/html', body: '' };
const tokenRefused: Reply = {
  status: 200,
  contentType: 'text/xml',
  body: '<?xml version="1.0" encoding="utf-8"?><Response><Authentication>Failure</Authentication></Response>',
};
const inboundStartApp = 'Sorry! Attempt to access restricted file. - user_privileges/user_privileges_.php';

/** What becomes of Hangup's causetxt; any other text is stored as it is, cut at 20. */
const causes: Readonly<Record<string, string>> = {
  'Normal Clearing': 'completed',
  'User busy': 'busy',
  'Call Rejected': 'busy',
};

/** A popup of a call that rings for longer is taken away. */
const ringLimitSeconds = 300;

/**
 * SalesPlatform 7.2's PBXManager as it behaved when it was measured, down to what it does wrong: rows by callUUID and
 * user, no protection against order, success for nearly everything. It executes no SQL; what would have been an
 * injection is kept in `violations`.
 */
export class PbxManager {
  readonly rows: CallRow[] = [];
  readonly violations: Violation[] = [];
  readonly users: readonly CrmUser[];
  readonly customers: readonly CrmCustomer[];
  readonly #token: string;
  readonly #localNow: () => string;

  constructor({ users, customers, token, timeZone = 'Europe/Moscow', now }: PbxManagerSettings) {
    this.users = users;
    this.customers = customers;
    this.#token = token;
    const localTime = localTimeIn(timeZone);
    this.#localNow = () => localTime(now());
  }

  /** One callback, as its form parameters. */
  receive(params: Readonly<Record<string, string>>): Reply {
    if (params['vtigersignature'] !== this.#token) return tokenRefused;
    this.violations.push(...violationsIn(params));
    if (Object.values(params).some(isJsonArray)) return { ...done, status: 500 };
    return this.#callbacks[params['callstatus'] ?? '']?.(params) ?? done;
  }

  /** What the CRM's page is told when it asks for popups; ends those that ring for too long, as a side effect. */
  pollIncoming(extension: string): CallRow[] {
    const now = this.#localNow();
    const open = this.rows.filter(
      ({ status, direction }) => direction === 'inbound' && /^(ringing|in-progress)$/.test(status),
    );
    for (const row of open) {
      if (row.status === 'ringing' && secondsBetween(row.startTime ?? noDate, now) > ringLimitSeconds)
        row.status = 'no-response';
    }
    return open.filter((row) => row.user === extension && row.status !== 'no-response');
  }

  readonly #callbacks: Readonly<Record<string, (params: Params) => Reply>> = {
    DialBegin: (params) => {
      const from = params['callerIdNumber'] ?? '';
      const to = extensionIn(params['dialString'] ?? '');
      if (from === to) return done;
      const caller = this.#userOf(from);
      const called = this.#userOf(to);
      if (caller !== undefined) this.#ring(params, 'outbound', caller, to);
      else if (called !== undefined) this.#ring(params, 'inbound', called, from);
      return done;
    },
    StartApp: (params) => {
      const number = params['callerIdNumber'] ?? '';
      const own = /^[A-Za-z]+\/([^-]+)-/.exec(params['channel'] ?? '')?.[1] ?? '';
      const user = this.#userOf(number) ?? this.#userOf(own);
      if (user === undefined) return { ...done, body: inboundStartApp };
      this.#ring(params, 'outbound', user, number === own ? (params['callerIdName'] ?? '') : number);
      return done;
    },
    DialAnswer: (params) => {
      const user = this.#userOf(params['callerid1']) ?? this.#userOf(params['callerid2']);
      for (const row of this.#rowsOf(params, user)) row.status = 'in-progress';
      return done;
    },
    EndCall: (params) => {
      for (const row of this.#rowsOfCaller(params)) {
        row.startTime = storedTime(params['starttime']);
        row.endTime = storedTime(params['endtime']);
        row.totalDuration = storedNumber(params['duration']);
        row.billDuration = storedNumber(params['billableseconds']);
      }
      return done;
    },
    Record: (params) => {
      for (const row of this.#rowsOfCaller(params)) row.recordingUrl = (params['recordinglink'] ?? '').slice(0, 200);
      return done;
    },
    Hangup: (params) => {
      const user = this.#userOf(params['callerIdNum']);
      const cause = params['causetxt'] ?? '';
      if (user === undefined || cause === '' || cause === 'null') return done;
      for (const row of this.#rowsOf(params, user)) this.#hangUp(row, cause, params);
      return done;
    },
  };

  #ring(params: Params, direction: CallRow['direction'], user: CrmUser, number: string): void {
    const uuid = params['callUUID'] ?? '';
    const customer = this.#customerOf(number);
    const who = {
      user: user.extension,
      customerNumber: number.slice(0, 100),
      customerId: customer?.id ?? null,
      customerType: customer?.type ?? null,
    };
    const before = this.#rowsOf(params, user)[0];
    // The start of a row that is there already stays.
    if (before !== undefined) Object.assign(before, who, { status: 'ringing' });
    else
      this.rows.push({
        ...who,
        id: this.rows.length + 1,
        sourceuuid: uuid.slice(0, 100),
        direction,
        status: 'ringing',
        startTime: params['StartTime'] === '' ? null : storedTime(params['StartTime']),
        endTime: null,
        totalDuration: null,
        billDuration: null,
        recordingUrl: null,
        line: params['connectedLineName'] ?? '',
      });
  }

  #hangUp(row: CallRow, cause: string, params: Params): void {
    const unanswered = cause === 'Normal Clearing' && params['HangupCause'] === 'NO ANSWER';
    row.status = unanswered ? 'no-answer' : (causes[cause] ?? cause.slice(0, 20));
    if (params['EndTime'] !== undefined && params['Duration'] !== undefined) {
      row.endTime = storedTime(params['EndTime']);
      row.totalDuration = storedNumber(params['Duration']);
    } else if (row.startTime !== null && row.endTime === null && row.totalDuration === null) {
      row.endTime = this.#localNow();
      row.totalDuration = secondsBetween(row.startTime, row.endTime);
    }
  }

  #rowsOf(params: Params, user: CrmUser | undefined): CallRow[] {
    if (user === undefined) return [];
    return this.rows.filter((row) => row.sourceuuid === params['callUUID'] && row.user === user.extension);
  }

  /** EndCall and Record: without a user that the CRM knows, all rows of the call. */
  #rowsOfCaller(params: Params): CallRow[] {
    const user = this.#userOf(params['callerNumber']);
    return user === undefined
      ? this.rows.filter((row) => row.sourceuuid === params['callUUID'])
      : this.#rowsOf(params, user);
  }

  #userOf(number: string | undefined): CrmUser | undefined {
    if (number === undefined || number === '') return undefined;
    return this.users.find((user) => user.extension === number || user.phones?.includes(number) === true);
  }

  /** Ten digits or more are compared by their last ten, fewer exactly. */
  #customerOf(number: string): CrmCustomer | undefined {
    const digits = number.replace(/[-() +]/g, '');
    const matches = (stored: string) => (digits.length >= 10 ? stored.endsWith(digits.slice(-10)) : stored === digits);
    return this.customers.find((customer) => matches(customer.number.replace(/[-() +]/g, '')));
  }
}

/** The text after the last slash; without one, before an @; else all of it. */
function extensionIn(dialString: string): string {
  const slash = dialString.lastIndexOf('/');
  if (slash >= 0) return dialString.slice(slash + 1);
  const at = dialString.indexOf('@');
  return at < 0 ? dialString : dialString.slice(0, at);
}

function isJsonArray(value: string): boolean {
  if (!value.startsWith('[')) return false;
  try {
    return Array.isArray(JSON.parse(value));
  } catch {
    return false;
  }
}
