import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { PbxManager } from '../../src/tools/demo/pbxmanager.ts';
import type { CallRow, CrmCustomer, CrmUser } from '../../src/tools/demo/pbxmanager-row.ts';
import type { Violation } from '../../src/tools/demo/violations.ts';

/** How the CRM fails a request: drops the connection, never answers, or answers something else, with or without applying it. */
export type CrmFault =
  | 'reset'
  | 'hang'
  | { readonly status: number; readonly body: string; readonly applied?: boolean };

export interface FakeCrmSettings {
  readonly users?: readonly CrmUser[];
  readonly customers?: readonly CrmCustomer[];
  readonly token?: string;
  readonly timeZone?: string;
  readonly now?: () => number;
}

export const officeUsers: readonly CrmUser[] = ['101', '102', '103', '104'].map((extension, n) => ({
  id: n + 5,
  name: `User ${extension}`,
  extension,
}));

const path = '/modules/PBXManager/callbacks/PBXManager.php';

/** A CRM over HTTP with SalesPlatform's PBXManager behind it, which can be told to fail. */
export class FakeCrm {
  readonly received: Readonly<Record<string, string>>[] = [];
  /** Asked before each callback; undefined: all is well. */
  fault: (params: Readonly<Record<string, string>>) => CrmFault | undefined = () => undefined;
  readonly #manager: PbxManager;
  #server: Server | null = null;
  #port = 0;

  constructor(settings: FakeCrmSettings = {}) {
    const {
      users = officeUsers,
      customers = [],
      token = 'abracadabra',
      timeZone = 'Europe/Moscow',
      now = Date.now,
    } = settings;
    this.#manager = new PbxManager({ users, customers, token, timeZone, now });
  }

  static async start(settings?: FakeCrmSettings): Promise<FakeCrm> {
    const crm = new FakeCrm(settings);
    await crm.listen();
    return crm;
  }

  /** Also after stop(): the same CRM, with its rows, is back at the same address. */
  async listen(): Promise<void> {
    this.#server = createServer((request, response) => void this.#answer(request, response));
    this.#server.listen(this.#port, '127.0.0.1');
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://127.0.0.1:${this.#port}${path}`;
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
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const params = Object.fromEntries(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
    if (request.method !== 'POST' || request.url !== path) return void response.writeHead(404).end();
    this.received.push(params);
    const fault = this.fault(params);
    if (fault === 'reset') return void request.socket.destroy();
    if (fault === 'hang') return;
    if (fault !== undefined) {
      if (fault.applied === true) this.#manager.receive(params);
      return void response.writeHead(fault.status, { 'content-type': 'text/html' }).end(fault.body);
    }
    const reply = this.#manager.receive(params);
    response.writeHead(reply.status, { 'content-type': reply.contentType }).end(reply.body);
  }
}
