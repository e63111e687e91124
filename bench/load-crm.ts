import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** One record, as the callbacks make it. */
export interface LoadRecord {
  readonly told: string[];
  status: string;
  talked: number;
}

/** A SalesPlatform that keeps of each record what matters, and answers as quickly as it can, or not at all. */
export class LoadCrm {
  readonly records = new Map<string, LoadRecord>();
  isAway = false;
  callbacks = 0;
  /** Takes what it is sent and never answers. */
  isHanging = false;
  onCallback: (id: string, kind: string) => void = () => {};
  readonly #server: Server;

  private constructor() {
    this.#server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        if (this.isHanging) return;
        if (this.isAway) return void response.writeHead(502).end('<html>Bad Gateway</html>');
        this.#take(new URLSearchParams(Buffer.concat(chunks).toString()));
        response.end();
      });
    });
  }

  static async start(): Promise<LoadCrm> {
    const crm = new LoadCrm();
    crm.#server.listen(0, '127.0.0.1');
    await once(crm.#server, 'listening');
    return crm;
  }

  get url(): string {
    const { port } = this.#server.address() as AddressInfo;
    return `http://127.0.0.1:${port}/modules/PBXManager/callbacks/PBXManager.php`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #take(params: URLSearchParams): void {
    const kind = params.get('callstatus') ?? '';
    if (kind === 'ConnectorProbe') return;
    this.callbacks += 1;
    const id = params.get('callUUID') ?? '';
    this.onCallback(id, kind);
    const record = this.records.get(id) ?? { told: [], status: '', talked: 0 };
    this.records.set(id, record);
    // A Hangup in the party's name ends only records that the CRM has given to another user.
    if (kind === 'Hangup' && !id.endsWith(`-${params.get('callerIdNum')}`)) return;
    record.told.push(kind);
    if (kind === 'DialBegin') record.status = 'ringing';
    if (kind === 'DialAnswer') record.status = 'in-progress';
    if (kind === 'Hangup') record.status = params.get('causetxt') ?? '';
    if (kind === 'EndCall') record.talked = Number(params.get('billableseconds'));
  }
}
