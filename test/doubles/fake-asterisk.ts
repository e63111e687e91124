import type { AmiClient, ReceivedAction } from '../../src/tools/demo/ami-client.ts';
import { AmiServer, type AmiServerSettings, type AmiUser } from '../../src/tools/demo/ami-server.ts';

export const account = { name: 'vtiger', secret: 'correct horse' } as const satisfies AmiUser;

/** The demo's AMI server, made to fail in each way in which an Asterisk was seen to fail. */
export class FakeAsterisk {
  readonly server: AmiServer;
  readonly #silent = new Set<string>();
  #refusal: string | null = null;
  #isFrozen = false;

  private constructor(server: AmiServer) {
    this.server = server;
    server.intercept = (action, client) => this.#intercept(action, client);
  }

  static async start(settings: Partial<AmiServerSettings> = {}): Promise<FakeAsterisk> {
    return new FakeAsterisk(await AmiServer.start({ port: 0, users: [account], ...settings }));
  }

  get port(): number {
    return this.server.port;
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** The actions received of one name, e.g. 'Originate'. */
  actions(name: string): ReceivedAction[] {
    return this.server.received.filter((action) => action.get('action')?.toLowerCase() === name.toLowerCase());
  }

  /** Refuses every login from now on; null: no longer. */
  refuseLogins(message: string | null): void {
    this.#refusal = message;
  }

  /** Stays connected and answers nothing, as a stopped process does. */
  freeze(): void {
    this.#isFrozen = true;
  }

  thaw(): void {
    this.#isFrozen = false;
  }

  neverAnswer(...actions: string[]): void {
    for (const action of actions) this.#silent.add(action.toLowerCase());
  }

  answerAgain(): void {
    this.#silent.clear();
  }

  /** Sends the beginning of a packet and breaks the connection off. */
  async cutInMidPacket(packet: string): Promise<void> {
    const half = Buffer.from(packet.slice(0, packet.length / 2));
    await Promise.all(this.server.clients.map((client) => client.written(half)));
    this.server.drop();
  }

  #intercept(action: ReceivedAction, client: AmiClient): boolean {
    const name = action.get('action')?.toLowerCase() ?? '';
    if (this.#isFrozen || this.#silent.has(name)) return true;
    if (name !== 'login' || this.#refusal === null) return false;
    client.refuse(action, this.#refusal);
    return true;
  }
}
