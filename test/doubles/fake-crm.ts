import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { type Mode, PbxManager, type Reply } from '../../src/tools/demo/pbxmanager.ts';
import type { CallRow, CrmCustomer, CrmUser } from '../../src/tools/demo/pbxmanager-row.ts';
import type { Violation } from '../../src/tools/demo/violations.ts';
import { crmFile } from './crm-files.ts';

type Params = Readonly<Record<string, string>>;

/**
 * How the CRM fails a request: drops the connection before or after the callback has been applied, never answers,
 * answers late, or answers something else. (One that refuses connections is one that is stopped.)
 */
export type CrmFault =
  | 'reset'
  | 'applyAndReset'
  | 'hang'
  | { readonly delayMs: number }
  | { readonly status: number; readonly body: string; readonly applied?: boolean };

export interface FakeCrmSettings {
  readonly users?: readonly CrmUser[];
  readonly customers?: readonly CrmCustomer[];
  readonly token?: string;
  readonly mode?: Mode;
  readonly timeZone?: string;
  readonly now?: () => number;
}

export const officeUsers: readonly CrmUser[] = ['101', '102', '103', '104'].map((extension, n) => ({
  id: n + 5,
  name: `User ${extension}`,
  extension,
}));

/** One request as it came over the wire. */
export interface CrmRequest {
  /** Epoch milliseconds, by the CRM's clock. */
  readonly at: number;
  readonly params: Params;
  /** Its body. */
  readonly raw: string;
}

const path = '/modules/PBXManager/callbacks/PBXManager.php';

/** A CRM over HTTP with PBXManager behind it, which can be told to fail. */
export class FakeCrm {
  /** Every request to PBXManager, also those that were made to fail. */
  readonly requests: CrmRequest[] = [];
  /** The path of every request for anything else. */
  readonly otherRequests: string[] = [];
  /** Asked before each request, whatever it is for; undefined: all is well. */
  fault: (params: Params, path: string) => CrmFault | undefined = () => undefined;
  readonly #manager: PbxManager;
  readonly #mode: Mode;
  readonly #now: () => number;
  #server: Server | null = null;
  #port = 0;

  constructor(settings: FakeCrmSettings = {}) {
    const { users = officeUsers, customers = [], token = 'abracadabra', now = Date.now, ...rest } = settings;
    this.#mode = settings.mode ?? 'salesplatform';
    this.#now = now;
    this.#manager = new PbxManager({ users, customers, token, now, ...rest });
  }

  static async start(settings?: FakeCrmSettings): Promise<FakeCrm> {
    const crm = new FakeCrm(settings);
    await crm.listen();
    return crm;
  }

  /** Also after stop(): the same CRM, with its rows, is back at the same address. */
  async listen(): Promise<void> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.listen(this.#port, '127.0.0.1');
    await once(server, 'listening');
    this.#server = server;
    this.#port = (server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${path}`;
  }

  /** The parameters of every request, in the order of arrival. */
  get received(): readonly Params[] {
    return this.requests.map(({ params }) => params);
  }

  get rows(): readonly CallRow[] {
    return this.#manager.rows;
  }

  get violations(): readonly Violation[] {
    return this.#manager.violations;
  }

  pollIncoming(extension: string): readonly CallRow[] {
    return this.#manager.pollIncoming(extension);
  }

  async stop(): Promise<void> {
    const server = this.#server;
    if (server === null) return;
    this.#server = null;
    server.closeAllConnections();
    server.close();
    await once(server, 'close');
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const raw = await bodyOf(request);
    if (raw === null) return;
    const url = new URL(request.url ?? '', this.url);
    const params = { ...Object.fromEntries(url.searchParams), ...formOf(request, raw) };
    const isCallback = url.pathname === path;
    if (isCallback) this.requests.push({ at: this.#now(), params, raw });
    else this.otherRequests.push(url.pathname);
    const answer = () => (isCallback ? this.#manager.receive(params) : crmFile(url.pathname, this.#mode));
    await serve(answer, this.fault(params, url.pathname), response);
  }
}

async function serve(answer: () => Reply, fault: CrmFault | undefined, response: ServerResponse): Promise<void> {
  if (fault === 'hang') return;
  if (fault === 'applyAndReset') answer();
  if (typeof fault === 'string') return void response.destroy();
  if (fault !== undefined && 'status' in fault) {
    if (fault.applied === true) answer();
    return send(response, { ...page, ...fault });
  }
  if (fault !== undefined) await pause(fault.delayMs);
  send(response, answer());
}

const page = { contentType: 'text/html; charset=UTF-8' };

function send(response: ServerResponse, { status, contentType, body }: Reply): void {
  response.writeHead(status, { 'content-type': contentType }).end(body);
}

/** null: the client left before it had sent all. */
async function bodyOf(request: IncomingMessage): Promise<string | null> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request) chunks.push(chunk as Buffer);
  } catch {
    return null;
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** PHP reads forms and, besides, the address; a body of JSON it does not look at. */
function formOf(request: IncomingMessage, raw: string): Params {
  const type = request.headers['content-type'] ?? '';
  if (request.method !== 'POST' || !/^application\/x-www-form-urlencoded\b/i.test(type)) return {};
  return Object.fromEntries(new URLSearchParams(raw));
}
