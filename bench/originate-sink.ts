import { once } from 'node:events';
import { type AddressInfo, createServer, type Server, type Socket } from 'node:net';
import { account } from '../test/doubles/fake-asterisk.ts';
import type { AmiPlace } from './served-connector.ts';

const actionId = /^actionid: *(.*)\r$/im;
const booted = 'Event: FullyBooted\r\nPrivilege: system,all\r\nUptime: 60\r\nStatus: Fully Booted\r\n\r\n';

/** An AMI that costs next to nothing: it takes every Originate, has all phones as PJSIP's, and has no channels. */
export class OriginateSink implements AmiPlace {
  readonly account = account;
  /** Called with each Originate when its last byte is there. */
  onOriginate: () => void = () => {};
  originates = 0;
  /** By performance.now(), when the last Login was answered; null: there was none. */
  loggedInAt: number | null = null;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  private constructor() {
    this.#server = createServer({ noDelay: true }, (socket) => this.#accept(socket));
  }

  static async start(): Promise<OriginateSink> {
    const sink = new OriginateSink();
    sink.#server.listen(0, '127.0.0.1');
    await once(sink.#server, 'listening');
    return sink;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  stop(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    let unread = '';
    socket.on('error', () => {});
    socket.on('close', () => this.#sockets.delete(socket));
    socket.on('data', (chunk) => {
      const packets = (unread + chunk.toString('latin1')).split('\r\n\r\n');
      unread = packets.pop() ?? '';
      socket.write(packets.map((packet) => this.#answer(`${packet}\r\n`)).join(''));
    });
    socket.write('Asterisk Call Manager/11.0.0\r\n');
  }

  #answer(action: string): string {
    const id = actionId.exec(action)?.[1] ?? '';
    const success = `Response: Success\r\nActionID: ${id}\r\n`;
    switch (/^action: *(\w+)/im.exec(action)?.[1]?.toLowerCase()) {
      case 'originate':
        return this.#originate(id, success);
      case 'login':
        this.loggedInAt = performance.now();
        return `${success}Message: Authentication accepted\r\n\r\n${booted}`;
      case 'getvar':
        return `${success}Variable: DEVICE_STATE\r\nValue: NOT_INUSE\r\n\r\n`;
      case 'coreshowchannels':
        return `${success}EventList: start\r\n\r\nEvent: CoreShowChannelsComplete\r\nActionID: ${id}\r\nListItems: 0\r\n\r\n`;
      case 'logoff':
        return `Response: Goodbye\r\nActionID: ${id}\r\n\r\n`;
      default:
        return `${success}\r\n`;
    }
  }

  #originate(id: string, success: string): string {
    this.originates += 1;
    this.onOriginate();
    const response = `Event: OriginateResponse\r\nPrivilege: call,all\r\nActionID: ${id}\r\nResponse: Success\r\nReason: 4\r\nUniqueid: ${id}\r\n\r\n`;
    return `${success}Message: Originate successfully queued\r\n\r\n${response}`;
  }
}
