import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import type { Line, PhoneCall } from './phone-call.ts';
import { type Caller, PlacedCall } from './placed-call.ts';
import { type Reaction, ReceivedCall } from './received-call.ts';
import { RtpStream } from './rtp.ts';
import { type Endpoint, respond } from './sip-dialog.ts';
import { formatSip, header, parseSip, type SipMessage, type SipRequest, tagOf } from './sip-message.ts';
import { until } from './wait.ts';

/**
 * A SIP phone without registration: the PBX knows its address, and takes it for whom the address says.
 * A trunk is the same thing, seen from the PBX.
 */
export class Phone implements Line {
  readonly name: string;
  readonly endpoint: Endpoint;
  /** Every call of this phone, in the order of their beginning. */
  readonly calls: PhoneCall[] = [];
  reaction: Reaction = { kind: 'answer', answerAfter: 500 };
  #pbx: Endpoint | null = null;
  readonly #socket: Socket;
  readonly #byCallId = new Map<string, PhoneCall>();
  #taken = 0;

  private constructor(name: string, socket: Socket, endpoint: Endpoint) {
    this.name = name;
    this.#socket = socket;
    this.endpoint = endpoint;
  }

  /** Listens on `host`, port 5060, or any other where that is taken. */
  static async plugIn(name: string, host: string): Promise<Phone> {
    const socket = (await bound(host, 5060)) ?? (await bound(host, 0));
    if (!socket) throw new Error(`no UDP port free on ${host}`);
    const phone = new Phone(name, socket, { host, port: socket.address().port });
    socket.on('message', (datagram, sender) => {
      phone.#receive(datagram.toString('utf8'), { host: sender.address, port: sender.port });
    });
    return phone;
  }

  /** Tells the phone where its PBX is. */
  use(pbx: Endpoint): void {
    this.#pbx = pbx;
  }

  async dial(number: string, caller: Caller = { number: this.name }): Promise<PhoneCall> {
    if (!this.#pbx) throw new Error(`phone ${this.name} has no PBX yet`);
    const media = await RtpStream.open(this.endpoint.host, this.name);
    const call = new PlacedCall(this, media, this.#pbx, number, caller);
    this.#add(call.callId, call);
    call.dial();
    return call;
  }

  /** The next call that comes to this phone, one for each time that this is asked. */
  async nextCall(limitMs = 10_000): Promise<ReceivedCall> {
    const index = this.#taken++;
    return until(limitMs, `a call to ${this.name}`, () => this.received[index]);
  }

  get received(): ReceivedCall[] {
    return this.calls.filter((call) => call instanceof ReceivedCall);
  }

  /** Ends and forgets the calls before a new scenario. */
  reset(): void {
    for (const call of this.calls) call.drop();
    this.calls.length = 0;
    this.#byCallId.clear();
    this.#taken = 0;
    this.reaction = { kind: 'answer', answerAfter: 500 };
  }

  unplug(): void {
    for (const call of this.calls) call.drop();
    this.#socket.close();
  }

  send(message: SipMessage, to: Endpoint): void {
    this.#socket.send(formatSip(message), to.port, to.host);
  }

  #add(callId: string, call: PhoneCall): void {
    this.calls.push(call);
    this.#byCallId.set(callId, call);
  }

  #receive(datagram: string, from: Endpoint): void {
    const message = parseSip(datagram);
    if (!message) return;
    const call = this.#byCallId.get(header(message, 'Call-ID'));
    if (call) call.receive(message);
    else if (message.kind === 'request') this.#receiveOutside(message, from);
  }

  /** Requests of no known call: a new one, or OPTIONS and NOTIFY, which only want to hear that somebody is there. */
  #receiveOutside(request: SipRequest, from: Endpoint): void {
    const isNewCall = request.method === 'INVITE' && !tagOf(header(request, 'To'));
    if (isNewCall) void this.#receiveCall(request, from);
    else if (request.method === 'BYE') this.send(respond(request, { status: 481, reason: 'No Such Call' }), from);
    else if (request.method !== 'ACK') this.send(respond(request, { status: 200, reason: 'OK' }), from);
  }

  async #receiveCall(invite: SipRequest, from: Endpoint): Promise<void> {
    const callId = header(invite, 'Call-ID');
    const media = await RtpStream.open(this.endpoint.host, this.name);
    // The INVITE may have come again while the port was opened.
    if (this.#byCallId.has(callId)) return media.close();
    const call = new ReceivedCall(this, media, from, invite);
    this.#add(callId, call);
    call.react(this.reaction);
  }
}

async function bound(host: string, port: number): Promise<Socket | null> {
  const socket = createSocket('udp4');
  try {
    socket.bind(port, host);
    await once(socket, 'listening');
    return socket;
  } catch {
    socket.close();
    return null;
  }
}
