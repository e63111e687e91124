import type { People } from './pbxmanager-people.ts';
import { type CallRow, isSameText } from './pbxmanager-row.ts';
import type { Violation } from './violations.ts';

interface Moment {
  readonly params: Readonly<Record<string, string>>;
  /** The rows of the call before the callback. */
  readonly rows: readonly CallRow[];
  readonly people: People;
}

type Danger = readonly [parameter: string, danger: string, applies: (moment: Moment) => boolean];

const isOver = ({ rows }: Moment) => rows.some(({ status }) => !/^(ringing|in-progress|no-response)$/.test(status));
const isOpen = (status: string | undefined) => status === 'ringing' || status === 'in-progress';

// To say `ringing` is the one way back for a popup that the CRM has ended as no-response because its call waits for long.
const opensAgain = (moment: Moment) => isOver(moment) && isOpen(moment.params['causetxt']);

/** What each callback must not be, by its callstatus. */
const dangers: Readonly<Record<string, readonly Danger[]>> = {
  StartApp: [
    ['callUUID', 'a row that nothing can ever close', ({ params }) => (params['callUUID'] ?? '') === ''],
    ['callUUID', 'a row that is not found again', ({ params }) => /[&<>"']/.test(params['callUUID'] ?? '')],
    ['callUUID', 'a second StartApp makes a second row', ({ rows }) => rows.length > 0],
    ['StartTime', 'a row without a start has rung since 1970', ({ params }) => (params['StartTime'] ?? '') === ''],
  ],
  DialBegin: [['callstatus', 'vTiger knows no DialBegin', () => true]],
  DialAnswer: [
    ['callUUID', 'nobody has started this call', ({ rows }) => rows.length === 0],
    ['callstatus', 'an answer after the end opens the row again', isOver],
    [
      'callerid2',
      'an unknown user leaves the record to nobody',
      ({ params, rows, people }) =>
        rows[0]?.direction === 'inbound' && people.userOf(params['callerid2'] ?? '') === undefined,
    ],
  ],
  EndCall: [['callUUID', 'nobody has started this call', ({ rows }) => rows.length === 0]],
  Record: [['callUUID', 'nobody has started this call', ({ rows }) => rows.length === 0]],
  Hangup: [
    ['callUUID', 'nobody has started this call', ({ rows }) => rows.length === 0],
    ['causetxt', 'a row without a status', ({ params }) => (params['causetxt'] ?? '') === ''],
    ['causetxt', 'a hangup that opens the row again', opensAgain],
  ],
};

/** What vTiger's own PBXManager would have made of a callback at this moment: it protects from nothing of this. */
export function vanillaViolationsIn(
  params: Readonly<Record<string, string>>,
  all: readonly CallRow[],
  people: People,
): Violation[] {
  const rows = all.filter(({ sourceuuid }) => isSameText(sourceuuid, params['callUUID'] ?? ''));
  const moment = { params, rows, people };
  return (dangers[params['callstatus'] ?? ''] ?? [unknownCallback])
    .filter(([, , applies]) => applies(moment))
    .map(([parameter, danger]) => ({ parameter, value: params[parameter] ?? '', danger }));
}

const unknownCallback: Danger = ['callstatus', 'no callback that vTiger knows', ({ params }) => 'callUUID' in params];
