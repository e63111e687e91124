import { localTimeIn } from '../../crm/local-time.ts';
import type { Callbacks, CallTable, Effect } from './pbxmanager-callback.ts';
import { decodedBySalesPlatform, decodedByVanilla } from './pbxmanager-json.ts';
import { people, salesPlatformCustomers, vanillaCustomers } from './pbxmanager-people.ts';
import { type CallRow, type CrmCustomer, type CrmUser, secondsBetween } from './pbxmanager-row.ts';
import { salesPlatformCallbacks } from './pbxmanager-salesplatform.ts';
import { vanillaCallbacks } from './pbxmanager-vanilla.ts';
import { type Violation, violationsIn } from './violations.ts';
import { vanillaViolationsIn } from './violations-vanilla.ts';

/**
 * `salesplatform`: 7.2.0-202008 with the Record.php of its source tree. `salesplatform-as-installed`: as its own
 * installer leaves it, with a Record.php that calls a class that is not there, each time after it has changed a row.
 * `vanilla`: vTiger's own, as 7.5.0 and 8.0.0 have it.
 */
export type Mode = 'salesplatform' | 'salesplatform-as-installed' | 'vanilla';

export interface PbxManagerSettings {
  readonly users: readonly CrmUser[];
  readonly customers: readonly CrmCustomer[];
  readonly token: string;
  readonly mode?: Mode;
  readonly timeZone?: string;
  /** The outbound trunk in the settings of vTiger's own PBXManager. */
  readonly trunk?: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

export interface Reply {
  readonly status: number;
  readonly contentType: string;
  readonly body: string;
}

const done: Reply = { status: 200, contentType: 'text/html; charset=UTF-8', body: '' };
const serverError: Reply = { ...done, status: 500 };
const xml = { status: 200, contentType: 'text/xml; charset=utf-8' };
const tokenRefused: Reply = {
  ...xml,
  body: '<?xml version="1.0" encoding="utf-8"?><Response><Authentication>Failure</Authentication></Response>',
};

const callbacksOf: Readonly<Record<Mode, Callbacks>> = {
  salesplatform: salesPlatformCallbacks,
  'salesplatform-as-installed': salesPlatformCallbacks,
  vanilla: vanillaCallbacks,
};

/** A popup of a call that rings for longer is taken away. */
const ringLimitSeconds = 300;

/**
 * PBXManager as it behaved when it was measured, down to what it does wrong: no protection against order, success for
 * nearly everything. It executes no SQL; what would have been an injection is kept in `violations`.
 */
export class PbxManager {
  readonly rows: CallRow[] = [];
  readonly violations: Violation[] = [];
  readonly users: readonly CrmUser[];
  readonly customers: readonly CrmCustomer[];
  readonly #token: string;
  readonly #mode: Mode;
  readonly #table: CallTable;

  constructor({
    users,
    customers,
    token,
    mode = 'salesplatform',
    timeZone = 'Europe/Moscow',
    trunk = 'trunk',
    now,
  }: PbxManagerSettings) {
    this.users = users;
    this.customers = customers;
    this.#token = token;
    this.#mode = mode;
    const localTime = localTimeIn(timeZone);
    this.#table = {
      rows: this.rows,
      people: people(users, mode === 'vanilla' ? vanillaCustomers(customers) : salesPlatformCustomers(customers)),
      now: () => localTime(now()),
      trunk,
      diesOfFurtherRing: mode === 'salesplatform-as-installed',
    };
  }

  /** One callback, as its form parameters. */
  receive(params: Readonly<Record<string, string>>): Reply {
    if (params['vtigersignature'] !== this.#token) return tokenRefused;
    this.violations.push(...violationsIn(params));
    if (this.#mode === 'vanilla') this.violations.push(...vanillaViolationsIn(params, this.rows, this.#table.people));
    const values = new Map(Object.entries(params).map(([name, value]) => [name, this.#decoded(value, name)]));
    if ([...values.values()].includes(null)) return serverError;
    const param = (name: string) => values.get(name) ?? '';
    const callback = callbacksOf[this.#mode][param('callstatus')];
    return callback === undefined ? done : this.#reply(callback(param, this.#table));
  }

  #decoded(value: string, name: string): string | null {
    return this.#mode === 'vanilla' ? decodedByVanilla(value, name) : decodedBySalesPlatform(value);
  }

  #reply(effect: Effect): Reply {
    if ('xml' in effect) return { ...xml, body: effect.xml };
    if ('died' in effect) return { ...done, body: effect.died };
    return effect.length > 0 && this.#mode === 'salesplatform-as-installed' ? serverError : done;
  }

  /**
   * What the CRM's page is told when it asks for a user's popups. Any user's poll ends the calls that ring for too
   * long, but still shows them once.
   */
  pollIncoming(extension: string): CallRow[] {
    const open = this.rows.filter(
      ({ status, direction }) => direction === 'inbound' && /^(ringing|in-progress)$/.test(status),
    );
    const shown = open.filter((row) => this.#isShown(row, extension)).map((row) => ({ ...row }));
    for (const row of open) if (row.status === 'ringing' && this.#ringsTooLong(row)) row.status = 'no-response';
    return shown;
  }

  /** vTiger gives everybody every call; its page then takes away those that another user has answered. */
  #isShown({ user }: CallRow, extension: string): boolean {
    return user === extension || (user === '' && this.#mode === 'vanilla');
  }

  /** A row without a start has rung since 1970. */
  #ringsTooLong({ startTime }: CallRow): boolean {
    return startTime === null || secondsBetween(startTime, this.#table.now()) > ringLimitSeconds;
  }
}
