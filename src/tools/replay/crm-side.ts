import type { Linkedid } from '../../call/ids.ts';
import type { Callback } from '../../crm/callback.ts';
import type { Dialect } from '../../crm/dialect.ts';
import { PbxManager } from '../demo/pbxmanager.ts';
import type { CallRow } from '../demo/pbxmanager-row.ts';

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

export type StoryRow = CallRow & { readonly call: Linkedid };

export interface CrmSettings {
  readonly users: readonly string[];
  readonly mode: Dialect['name'];
  readonly timeZone: string;
  readonly now: () => number;
}

const token = 'replay';

/** The CRM takes a popup of a call that rings for too long away when a page asks; pages ask each few seconds. */
const pollMs = 1000;

/** A model of PBXManager, in which every extension of the recording is a user and nobody is a customer. */
export class CrmSide {
  readonly #manager: PbxManager;
  readonly #now: () => number;
  readonly #calls = new Map<number, Linkedid>();
  /** Of each row whose popup is up: its status. */
  readonly #up = new Map<CallRow, string>();
  readonly #anybody: string;
  #polledAt = 0;

  constructor({ users, mode, timeZone, now }: CrmSettings) {
    const people = users.map((extension, index) => ({ id: index + 1, name: extension, extension }));
    this.#manager = new PbxManager({ users: people, customers: [], token, timeZone, mode, now });
    this.#now = now;
    this.#anybody = users[0] ?? '';
  }

  receive(callback: Callback): Told {
    const rows = this.#manager.rows;
    const ofCall = () => rows.filter(({ sourceuuid }) => sourceuuid === callback.params['callUUID']);
    const before = new Map(ofCall().map((row) => [row.id, { ...row }]));
    const known = rows.length;
    const reply = this.#manager.receive({ ...callback.params, vtigersignature: token });
    for (const { id } of rows.slice(known)) this.#calls.set(id, callback.call);
    const changed = ofCall().filter(
      ({ id, status, user }) => status !== before.get(id)?.status || user !== before.get(id)?.user,
    );
    const effects = changed.flatMap((row) => [rowEffect(row), ...this.#popup(row)]);
    const isTaken = reply.status === 200 && !/Failure|Sorry!/.test(reply.body);
    return { call: callback.call, callback, effects, refusal: isTaken ? null : `${reply.status} ${reply.body}`.trim() };
  }

  /** Popups that were taken away without a callback. */
  passTime(): Told[] {
    if (this.#up.size === 0 || this.#now() < this.#polledAt + pollMs) return [];
    this.#polledAt = this.#now();
    this.#manager.pollIncoming(this.#anybody);
    return [...this.#up].flatMap(([row, status]) => {
      const call = this.#calls.get(row.id);
      if (row.status === status || call === undefined) return [];
      return [{ call, callback: null, effects: [rowEffect(row), ...this.#popup(row)], refusal: null }];
    });
  }

  rows(): StoryRow[] {
    return this.#manager.rows.flatMap((row) => {
      const call = this.#calls.get(row.id);
      return call === undefined ? [] : [{ ...row, call }];
    });
  }

  objections(): string[] {
    return this.#manager.violations.map((violation) => JSON.stringify(violation));
  }

  #popup(row: CallRow): Effect[] {
    const isUp = row.direction === 'inbound' && /^(ringing|in-progress)$/.test(row.status);
    const wasUp = this.#up.has(row);
    if (isUp) this.#up.set(row, row.status);
    else this.#up.delete(row);
    if (!isUp && !wasUp) return [];
    return [{ kind: 'popup', user: row.user, now: isUp ? (wasUp ? 'stays' : 'comes') : 'goes' }];
  }
}

function rowEffect({ user, status }: CallRow): Effect {
  return { kind: 'row', user, status };
}
