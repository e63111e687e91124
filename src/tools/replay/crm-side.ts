import type { Linkedid } from '../../call/ids.ts';
import type { Callback } from '../../crm/callback.ts';
import type { Dialect } from '../../crm/dialect.ts';
import { PbxManager } from '../demo/pbxmanager.ts';
import type { CallRow, CrmUser } from '../demo/pbxmanager-row.ts';

/** What a callback did in the CRM; without a callback: what the CRM did of itself. */
export interface Told {
  readonly call: Linkedid;
  readonly callback: Callback | null;
  readonly effects: readonly Effect[];
  /** What the CRM would have answered that is no success; null: it was taken. */
  readonly refusal: string | null;
}

export type Effect =
  | { readonly kind: 'row'; readonly user: string; readonly status: string }
  /** `user` is '' where everybody sees it. */
  | { readonly kind: 'popup'; readonly user: string; readonly now: 'comes' | 'stays' | 'goes' };

export interface StoryRow {
  readonly call: Linkedid;
  readonly row: CallRow;
}

export interface CrmSettings {
  readonly users: readonly string[];
  readonly mode: Dialect['name'];
  readonly timeZone: string;
  readonly now: () => number;
}

const token = 'replay';

/** The CRM takes a popup of a call that rings for too long away when a page asks; pages ask each few seconds. */
const pollMs = 1000;

/**
 * A model of PBXManager, in which every extension of the recording is a user and nobody is a customer. Each call has a
 * table of its own, since PBXManager looks through all of its rows for each callback.
 */
export class CrmSide {
  readonly #settings: CrmSettings;
  readonly #users: readonly CrmUser[];
  readonly #tables = new Map<Linkedid, PbxManager>();
  readonly #rows: StoryRow[] = [];
  /** Of each row whose popup is up: its status. */
  readonly #up = new Map<CallRow, { readonly call: Linkedid; readonly status: string }>();
  #polledAt = 0;

  constructor(settings: CrmSettings) {
    this.#settings = settings;
    this.#users = settings.users.map((extension, index) => ({ id: index + 1, name: extension, extension }));
  }

  receive(callback: Callback): Told {
    const { call, params } = callback;
    const table = this.#tableOf(call);
    const before = table.rows.map((row) => ({ ...row }));
    const reply = table.receive({ ...params, vtigersignature: token });
    for (const row of table.rows.slice(before.length)) this.#rows.push({ call, row });
    const changed = table.rows.filter(
      ({ status, user }, index) => status !== before[index]?.status || user !== before[index]?.user,
    );
    const effects = changed.flatMap((row) => [rowEffect(row), ...this.#popup(row, call)]);
    const isTaken = reply.status === 200 && !/Failure|Sorry!/.test(reply.body);
    return { call, callback, effects, refusal: isTaken ? null : `${reply.status} ${reply.body}`.trim() };
  }

  /** Popups that were taken away without a callback. */
  passTime(): Told[] {
    if (this.#up.size === 0 || this.#settings.now() < this.#polledAt + pollMs) return [];
    this.#polledAt = this.#settings.now();
    // Anybody's look at a page does it for all.
    for (const call of new Set([...this.#up.values()].map((up) => up.call)))
      this.#tableOf(call).pollIncoming(this.#users[0]?.extension ?? '');
    return [...this.#up].flatMap(([row, { call, status }]) => {
      if (row.status === status) return [];
      return [{ call, callback: null, effects: [rowEffect(row), ...this.#popup(row, call)], refusal: null }];
    });
  }

  /** In the order in which they were made. */
  rows(): readonly StoryRow[] {
    return this.#rows;
  }

  objections(): string[] {
    return [...this.#tables.values()].flatMap(({ violations }) =>
      violations.map(({ parameter, value, danger }) => `${parameter}=${value}: ${danger}`),
    );
  }

  #tableOf(call: Linkedid): PbxManager {
    const known = this.#tables.get(call);
    if (known !== undefined) return known;
    const { mode, timeZone, now } = this.#settings;
    const table = new PbxManager({ users: this.#users, customers: [], token, timeZone, mode, now });
    this.#tables.set(call, table);
    return table;
  }

  #popup(row: CallRow, call: Linkedid): Effect[] {
    const isUp = row.direction === 'inbound' && /^(ringing|in-progress)$/.test(row.status);
    const wasUp = this.#up.has(row);
    if (isUp) this.#up.set(row, { call, status: row.status });
    else this.#up.delete(row);
    if (!isUp && !wasUp) return [];
    return [{ kind: 'popup', user: row.user, now: isUp ? (wasUp ? 'stays' : 'comes') : 'goes' }];
  }
}

function rowEffect({ user, status }: CallRow): Effect {
  return { kind: 'row', user, status };
}
