import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { until, within } from './wait.ts';

/** A packet's headers. Of one that comes twice (TestEvent has such), the last. */
export type AmiPacket = ReadonlyMap<string, string>;

export interface Action extends Readonly<Record<string, string>> {
  readonly Action: string;
  readonly ActionID?: string;
}

/** When which bytes came: [milliseconds since connect, offset, length]. */
export type ReadTiming = readonly [ms: number, offset: number, length: number];

/**
 * A plain AMI client that keeps every byte with its time: for captures, and for tests to look at Asterisk
 * with eyes other than the connector's.
 */
export class AmiSession {
  readonly timing: ReadTiming[] = [];
  readonly sent: { readonly at: number; readonly atByte: number; readonly action: readonly string[] }[] = [];
  readonly #socket: Socket;
  readonly #begun = performance.now();
  readonly #parts: Buffer[] = [];
  #length = 0;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('error', () => undefined);
    socket.on('data', (part) => {
      this.timing.push([Math.round(performance.now() - this.#begun), this.#length, part.length]);
      this.#parts.push(part);
      this.#length += part.length;
    });
  }

  /** Connects and logs in. Throws when there is nobody, or the login is refused. */
  static async open(host: string, port: number, user: string, secret: string): Promise<AmiSession> {
    const socket = connect(port, host);
    await within(5000, `AMI connects at ${host}:${port}`, once(socket, 'connect'));
    const session = new AmiSession(socket);
    const login = await session.act({ Action: 'Login', Username: user, Secret: secret, Events: 'on' });
    if (login.get('Response') === 'Success') return session;
    session.close();
    throw new Error(`AMI login of ${user}: ${login.get('Message')}`);
  }

  /**
   * Sends one action, and waits for its Response. The event OriginateResponse has a Response and an ActionID too,
   * and goes to every client: two clients must not give the same ActionID.
   */
  async act(action: Action, limitMs = 5000): Promise<AmiPacket> {
    const actionId = action.ActionID ?? `${action.Action.toLowerCase()}-${randomUUID()}`;
    const lines = Object.entries({ ...action, ActionID: actionId }).map(([name, value]) => `${name}: ${value}`);
    const kept = lines.filter((line) => !line.startsWith('Secret: '));
    this.sent.push({ at: Date.now(), atByte: this.#length, action: kept });
    this.#socket.write(`${lines.join('\r\n')}\r\n\r\n`);
    return until(limitMs, `AMI answers ${kept.join(', ')}`, () =>
      this.packets().find(
        (packet) => packet.get('ActionID') === actionId && packet.has('Response') && !packet.has('Event'),
      ),
    );
  }

  /** All events of a name so far. */
  events(name: string): AmiPacket[] {
    return this.packets().filter((packet) => packet.get('Event') === name);
  }

  /** Waits for an event of this name for which `wanted` holds. */
  event(name: string, wanted: (event: AmiPacket) => boolean = () => true, limitMs = 5000): Promise<AmiPacket> {
    return until(limitMs, `event ${name}`, () => this.events(name).find(wanted));
  }

  get bytes(): Buffer {
    return Buffer.concat(this.#parts);
  }

  get banner(): string {
    return this.bytes.toString('utf8').split('\r\n', 1)[0] ?? '';
  }

  packets(): AmiPacket[] {
    const text = this.bytes.toString('utf8').slice(this.banner.length + 2);
    return text.split('\r\n\r\n').slice(0, -1).map(parsePacket);
  }

  close(): void {
    this.#socket.destroy();
  }
}

function parsePacket(text: string): AmiPacket {
  const lines = text.split('\r\n').filter((line) => line !== '');
  return new Map(lines.map((line) => [line.split(':', 1)[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]));
}
