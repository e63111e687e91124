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
import { type CallRow, type CrmUser, columnLength, storedNumber, storedText, storedTime } from './pbxmanager-row.ts';

/**
 * vTiger's own PBXManager, as 7.5.0 and 8.0.0 have it: one row per call, found by its callUUID alone. It knows no
 * DialBegin, and every StartApp makes a row.
 */
export const vanillaCallbacks: Callbacks = {
  StartApp: (param, table) => {
    const number = param('callerIdNumber');
    const own = numberOfChannel(param('channel'));
    const user =
      table.people.userOf(number) ?? (own !== undefined && isNumeric(own) ? table.people.userOf(own) : undefined);
    if (user === undefined) return ringInbound(param, table, number);
    return ringOutbound(param, table, user, dialledNumber(param, own));
  },

  DialAnswer: (param, table) => {
    const rows = rowsOfCall(table, param);
    if (rows[0]?.direction !== 'inbound') {
      const caller = table.people.userOf(param('callerid1'));
      return change(rows, (row) => ({ status: 'in-progress', user: caller?.extension ?? row.user }));
    }
    // Somebody unknown takes the call's user and its owner away: nobody's record any more.
    const user = table.people.userOf(param('callerid2'))?.extension ?? '';
    return change(rows, () => ({ status: 'in-progress', user }));
  },

  EndCall: (param, table) => change(rowsOfCall(table, param), () => endedBy(param)),

  Record: (param, table) => change(rowsOfCall(table, param), () => recordedBy(param)),

  Hangup: (param, table) => {
    const cause = param('causetxt');
    if (cause === 'null') return untouched;
    const status = statusOf(cause, param('HangupCause'));
    return change(rowsOfCall(table, param), () => ({ status, ...givenEnd(param) }));
  },
};

function ringInbound(param: Param, table: CallTable, number: string): Effect {
  const row = ring(param, table, { direction: 'inbound', user: '', number });
  const extensions = table.people.users.map(({ extension }) => extension).filter((extension) => !isEmpty(extension));
  if (extensions.length === 0) {
    Object.assign(row, { status: 'no-answer', startTime: table.now(), endTime: table.now() });
    return dial('<ConfiguredNumber>empty</ConfiguredNumber>');
  }
  const others = extensions.filter((extension) => !isLooselyEqual(extension, number));
  return dial(others.map((extension) => phone(extension)).join(''));
}

function ringOutbound(param: Param, table: CallTable, user: CrmUser, number: string): Effect {
  ring(param, table, { direction: 'outbound', user: user.extension, number });
  return dial(phone(number, table.trunk));
}

/** Whom the user has called; where the caller's number is his own and the channel does not say so, that number. */
function dialledNumber(param: Param, own: string | undefined): string {
  const number = param('callerIdNumber');
  if (isLooselyEqual(number, own ?? '')) return param('callerIdName');
  return isEmpty(number) ? param('callerId') : number;
}

function ring(param: Param, table: CallTable, call: Pick<CallRow, 'direction' | 'user'> & { number: string }): CallRow {
  const { direction, user, number } = call;
  const customer = table.people.customerOf(number);
  const row: CallRow = {
    id: table.rows.length + 1,
    sourceuuid: storedText(param('callUUID'), columnLength.sourceuuid),
    direction,
    user,
    status: 'ringing',
    customerNumber: isEmpty(number) ? '' : storedText(number, columnLength.customerNumber),
    customerId: customer?.id ?? null,
    customerType: customer?.type ?? null,
    startTime: param('StartTime') === '' ? null : storedTime(param('StartTime')),
    endTime: null,
    totalDuration: 0,
    billDuration: 0,
    recordingUrl: null,
    // It has no such column.
    line: '',
  };
  table.rows.push(row);
  return row;
}

/** What the dialplan was meant to do with the call. */
function dial(numbers: string): Effect {
  const success = '<Authentication>Success</Authentication>';
  return { xml: `<?xml version="1.0" encoding="utf-8"?><Response><Dial>${success}${numbers}</Dial></Response>` };
}

function phone(number: string, trunk?: string): string {
  if (/sip|@/.test(number)) return `<Number>SIP/${number.replace(/^[/sip:]+|[/sip:]+$/g, '')}</Number>`;
  const way = trunk !== undefined && Buffer.byteLength(number) > 5 ? `@${trunk}` : '';
  return `<Number>SIP/${number}${way}</Number>`;
}

/** An end counts only with a duration that is not 0; the CRM never puts its own. */
function givenEnd(param: Param): Partial<CallRow> {
  const [end, duration] = [param('EndTime'), param('Duration')];
  if (isEmpty(end) || isEmpty(duration)) return {};
  return { endTime: storedTime(end), totalDuration: storedNumber(duration) };
}
