import { type Mode, PbxManager } from '../../../src/tools/demo/pbxmanager.ts';
import { parityCustomers, parityUsers } from '../../doubles/crm-people.ts';
import { paramsOf } from '../../doubles/crm-sequences.ts';

export const token = 'abracadabra';
export const start = Date.UTC(2026, 10, 20, 7, 0, 0);

/** A PBXManager with a clock to turn, and callbacks as `crm-sequences.ts` writes them. */
export function createCrm(mode: Mode = 'salesplatform', contacts?: readonly { id: number; number: string }[]) {
  const clock = { now: start };
  const customers = contacts?.map((contact) => ({ ...contact, type: 'Contacts' as const, name: contact.number }));
  const people = { users: parityUsers, customers: customers ?? parityCustomers };
  const manager = new PbxManager({ ...people, token, mode, now: () => clock.now });
  const send = (query: string) =>
    manager.receive({ ...paramsOf(query, 'U', '2026-11-20 10:00:00'), vtigersignature: token });
  const statuses = () => manager.rows.map(({ user, status }) => `${user} ${status}`);
  return { manager, clock, send, statuses, rows: manager.rows };
}

export const begin = (user = '101') =>
  `DialBegin callUUID=U&callerIdNumber=84951112277&dialString=${user}&StartTime=NOW&connectedLineName=Main`;
export const answer = 'DialAnswer callUUID=U&callerid1=84951112277&callerid2=101';
export const end = (user = '101') =>
  `EndCall callUUID=U&callerNumber=${user}&starttime=NOW&endtime=2026-11-20 10:01:00&duration=60&billableseconds=50`;
export const hangup = (user: string, cause: string) => `Hangup callUUID=U&callerIdNum=${user}&causetxt=${cause}`;
export const done = { status: 200, contentType: 'text/html; charset=UTF-8', body: '' };
