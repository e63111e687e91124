import { agents, customers as customersAtFirst } from './office.ts';
import { PbxManager, type Reply } from './pbxmanager.ts';
import type { CallRow, CrmCustomer } from './pbxmanager-row.ts';
import { describeCallback, type WireLine } from './wire-line.ts';

export interface CrmSettings {
  /** The secret key that the CRM and the connector share. It never leaves for a browser. */
  readonly token: string;
  readonly timeZone: string;
  /** The connector's address; known only after it has started. */
  readonly connectorUrl: () => string;
  readonly onChange: () => void;
  readonly onWire: (line: WireLine) => void;
}

export interface ClickAnswer {
  /** The click's id in the live channel; null: no call was placed. */
  readonly click: string | null;
  readonly reason: string;
}

/** A row of the call list as the page shows it. */
export interface ShownCall {
  readonly id: number;
  readonly direction: CallRow['direction'];
  readonly status: string;
  readonly customer: { readonly name: string; readonly company: string } | null;
  readonly number: string;
  readonly line: string;
  readonly user: { readonly extension: string; readonly name: string };
  /** In the CRM's own zone, as it keeps them. */
  readonly start: string | null;
  readonly total: number;
  readonly billed: number;
  readonly hasRecording: boolean;
  /** Since when it is in this status, epoch milliseconds. */
  readonly since: number;
}

/** A CRM with SalesPlatform's PBXManager in it: the call list, clicks, listening, new customers. */
export class Crm {
  readonly #settings: CrmSettings;
  readonly #manager: PbxManager;
  readonly customers: CrmCustomer[] = [...customersAtFirst];
  readonly #since = new Map<number, { readonly status: string; readonly at: number }>();

  constructor(settings: CrmSettings) {
    this.#settings = settings;
    const { token, timeZone } = settings;
    this.#manager = new PbxManager({ users: agents, customers: this.customers, token, timeZone, now: Date.now });
  }

  receive(params: Readonly<Record<string, string>>): Reply {
    const reply = this.#manager.receive(params);
    this.#noteStatus();
    const rows = this.#manager.rows.filter(({ sourceuuid }) => sourceuuid === params['callUUID']);
    const now = rows.map(({ id, status }) => `row ${id} ${status}`).join(', ');
    const answer = `${reply.status}${reply.body === '' ? '' : ` ${reply.body}`}${now === '' ? '' : ` · ${now}`}`;
    const text = describeCallback(params);
    this.#settings.onWire({ at: Date.now(), from: 'connector', to: 'crm', text, answer });
    this.#settings.onChange();
    return reply;
  }

  /** The newest first. */
  calls(): ShownCall[] {
    return this.#manager.rows.map((row) => this.#show(row)).reverse();
  }

  popups(extension: string): ShownCall[] {
    return this.#manager.pollIncoming(extension).map((row) => this.#show(row));
  }

  /** As the module does: the answer says whether Asterisk was asked, and under what name the click goes on. */
  async click(extension: string, number: string): Promise<ClickAnswer> {
    const to = number.replace(/[-() ]/g, '');
    const query = { event: 'OutgoingCall', secret: this.#settings.token, from: extension, to, context: 'vtiger' };
    const address = `${this.#settings.connectorUrl()}/makecall?${new URLSearchParams(query)}`;
    const headers = { accept: 'application/json' };
    const answer: { result?: string; click?: string; reason?: string } = await fetch(address, {
      method: 'POST',
      headers,
    })
      .then(async (response) => Object(await response.json()) as object)
      .catch(() => ({ result: 'Error', reason: 'unreachable' }));
    const text = `POST /makecall?event=OutgoingCall&secret=…&from=${extension}&to=${to}&context=vtiger`;
    this.#settings.onWire({ at: Date.now(), from: 'crm', to: 'connector', text, answer: answer.result ?? '' });
    return { click: answer.click ?? null, reason: answer.reason ?? 'refused' };
  }

  addCustomer(customer: Omit<CrmCustomer, 'id'>): CrmCustomer {
    const added = { ...customer, id: Math.max(...this.customers.map(({ id }) => id)) + 1 };
    this.customers.push(added);
    return added;
  }

  /** Attaches the rows of a call to a customer. False: there is no row yet. */
  link(callUUID: string, { id, type }: CrmCustomer): boolean {
    const rows = this.#manager.rows.filter(({ sourceuuid }) => sourceuuid === callUUID);
    for (const row of rows) Object.assign(row, { customerId: id, customerType: type });
    this.#settings.onChange();
    return rows.length > 0;
  }

  /** The recording of a row, fetched as the CRM does, with the secret added; null: there is none. */
  async listen(id: number, range: string | undefined): Promise<Response | null> {
    const link = this.#manager.rows.find((row) => row.id === id)?.recordingUrl ?? null;
    if (link === null) return null;
    // The connector was told its public address before its port was known.
    const { pathname, search } = new URL(link);
    const address = `${this.#settings.connectorUrl()}${pathname}${search}&secret=${encodeURIComponent(this.#settings.token)}`;
    const response = await fetch(address, { headers: range === undefined ? {} : { range } });
    const text = `GET ${pathname}${search}&secret=…${range === undefined ? '' : ` Range: ${range}`}`;
    const answer = `${response.status} ${response.headers.get('content-range') ?? ''}`.trim();
    this.#settings.onWire({ at: Date.now(), from: 'crm', to: 'connector', text, answer });
    return response;
  }

  #noteStatus(): void {
    for (const { id, status } of this.#manager.rows)
      if (this.#since.get(id)?.status !== status) this.#since.set(id, { status, at: Date.now() });
  }

  #show(row: CallRow): ShownCall {
    const customer = this.customers.find(({ id }) => id === row.customerId);
    const user = agents.find(({ extension }) => extension === row.user);
    return {
      id: row.id,
      direction: row.direction,
      status: row.status,
      customer: customer === undefined ? null : { name: customer.name, company: customer.company ?? '' },
      number: row.customerNumber,
      line: row.line,
      user: { extension: row.user, name: user?.name ?? row.user },
      start: row.startTime,
      total: row.totalDuration,
      billed: row.billDuration,
      hasRecording: row.recordingUrl !== null,
      since: this.#since.get(row.id)?.at ?? Date.now(),
    };
  }
}
