import {
  type Callbacks,
  type CallTable,
  change,
  type Effect,
  endedBy,
  numberOfChannel,
  type Param,
  recordedBy,
  rowsOfCall,
  statusOf,
  untouched,
} from './pbxmanager-callback.ts';
import { isEmpty, isLooselyEqual, isNumeric } from './pbxmanager-people.ts';
import {
  type CallRow,
  type CrmCustomer,
  type CrmUser,
  columnLength,
  isSameText,
  secondsBetween,
  storedNumber,
  storedText,
  storedTime,
} from './pbxmanager-row.ts';

/** SalesPlatform 7.2.0-202008: a row is found by its callUUID and its user. */
export const salesPlatformCallbacks: Callbacks = {
  DialBegin: (param, table) => {
    const [from, to] = [param('callerIdNumber'), extensionIn(param('dialString'))];
    if (isLooselyEqual(from, to) || isEmpty(from) || isEmpty(to)) return untouched;
    const caller = table.people.userOf(from);
    const user = caller ?? table.people.userOf(to);
    if (user === undefined) return untouched;
    const [direction, number] = caller === undefined ? (['inbound', from] as const) : (['outbound', to] as const);
    return ring(param, table, { direction, user, number, customer: table.people.customerOf(number, user) });
  },

  StartApp: (param, table) => {
    const number = param('callerIdNumber');
    const own = numberOfChannel(param('channel')) ?? '';
    const user = table.people.userOf(number) ?? (isNumeric(own) ? table.people.userOf(own) : undefined);
    // It takes up the privileges of the called user, whom an inbound StartApp does not have.
    if (user === undefined)
      return { died: 'Sorry! Attempt to access restricted file. - user_privileges/user_privileges_.php' };
    const dialled = isLooselyEqual(number, own) ? param('callerIdName') : number || param('callerId');
    // Unlike DialBegin it does not prefer a customer of the user.
    return ring(param, table, {
      direction: 'outbound',
      user,
      number: dialled,
      customer: table.people.customerOf(dialled),
    });
  },

  DialAnswer: (param, table) => {
    const user = table.people.userOf(param('callerid1')) ?? table.people.userOf(param('callerid2'));
    if (user === undefined) return untouched;
    return change(rowsOf(table, param, user), () => ({ status: 'in-progress' }));
  },

  EndCall: (param, table) => change(rowsOfCaller(table, param), () => endedBy(param)),

  Record: (param, table) => change(rowsOfCaller(table, param), () => recordedBy(param)),

  Hangup: (param, table) => {
    const user = table.people.userOf(param('callerIdNum'));
    const cause = param('causetxt');
    if (user === undefined || isEmpty(cause) || cause === 'null') return untouched;
    const status = statusOf(cause, param('HangupCause'));
    return change(rowsOf(table, param, user), (row) => ({ status, ...endOf(row, param, table.now()) }));
  },
};

interface Ring {
  readonly direction: CallRow['direction'];
  readonly user: CrmUser;
  readonly number: string;
  readonly customer: CrmCustomer | undefined;
}

function ring(param: Param, table: CallTable, { direction, user, number, customer }: Ring): Effect {
  const who = {
    status: 'ringing',
    user: user.extension,
    customerNumber: storedText(number, columnLength.customerNumber),
    customerId: customer?.id ?? null,
    customerType: customer?.type ?? null,
  };
  const before = rowsOf(table, param, user);
  // A row that is there keeps its start, its direction and its line.
  if (before.length > 0) return table.diesOfFurtherRing ? before : change(before, () => who);
  const row: CallRow = {
    ...who,
    id: table.rows.length + 1,
    sourceuuid: storedText(param('callUUID'), columnLength.sourceuuid),
    direction,
    startTime: param('StartTime') === '' ? null : storedTime(param('StartTime')),
    endTime: null,
    totalDuration: 0,
    billDuration: 0,
    recordingUrl: null,
    line: storedText(param('connectedLineName'), columnLength.line),
  };
  table.rows.push(row);
  return [row];
}

function rowsOf(table: CallTable, param: Param, user: CrmUser | undefined): readonly CallRow[] {
  return rowsOfCall(table, param).filter((row) => user === undefined || isSameText(row.user, user.extension));
}

/** EndCall and Record: without a user whom the CRM knows, all rows of the call. */
function rowsOfCaller(table: CallTable, param: Param): readonly CallRow[] {
  return rowsOf(table, param, table.people.userOf(param('callerNumber')));
}

/** The text after the last slash; without one, before an @; else all of it. */
function extensionIn(dialString: string): string {
  const slash = dialString.lastIndexOf('/');
  if (slash >= 0) return dialString.slice(slash + 1);
  return dialString.split('@')[0] ?? '';
}

/** The end that is given; without one (a duration of 0 counts as none), the CRM's own if the row has none yet. */
function endOf(row: CallRow, param: Param, now: string): Partial<CallRow> {
  const [end, duration] = [param('EndTime'), param('Duration')];
  if (!isEmpty(end) && !isEmpty(duration)) return { endTime: storedTime(end), totalDuration: storedNumber(duration) };
  if (row.startTime === null || row.endTime !== null || row.totalDuration !== 0) return {};
  const lasted = secondsBetween(row.startTime, now);
  return { endTime: now, ...(lasted > 0 ? { totalDuration: lasted } : {}) };
}
