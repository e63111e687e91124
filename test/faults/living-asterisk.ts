import { appendFile } from 'node:fs/promises';
import type { Packet } from '../../src/ami/packet.ts';
import { account, FakeAsterisk } from '../doubles/fake-asterisk.ts';
import type { CallRecord, LivingCall, Moment } from './planned-call.ts';

type Headers = Readonly<Record<string, string>>;

interface LivingChannel {
  readonly headers: Headers;
  readonly since: number;
}

/** A time in which the connector could not hear what Asterisk said. */
export interface Silence {
  readonly from: number;
  until: number | null;
}

const named = ['Channel', 'ChannelState', 'ChannelStateDesc', 'CallerIDNum', 'CallerIDName', 'ConnectedLineNum'];
const shown = [...named, 'ConnectedLineName', 'Context', 'Exten', 'Priority', 'Uniqueid', 'Linkedid'];

/** An Asterisk whose calls go on whether anybody listens or not. */
export class LivingAsterisk {
  readonly fake: FakeAsterisk;
  readonly #master: string;
  readonly #port: number;
  readonly #channels = new Map<string, LivingChannel>();
  readonly #timers = new Set<NodeJS.Timeout>();
  readonly #living = new Set<LivingCall>();
  /** Calls of which nobody will ever write a record. */
  readonly killed = new Set<LivingCall>();
  #isMute = false;

  private constructor(fake: FakeAsterisk, master: string) {
    this.fake = fake;
    this.#master = master;
    this.#port = fake.port;
    Object.defineProperty(fake.server, 'channels', { get: () => this.#listed() });
  }

  /** @param master where it writes its Master.csv, with times in UTC */
  static async start(master: string): Promise<LivingAsterisk> {
    return new LivingAsterisk(await FakeAsterisk.start(), master);
  }

  get port(): number {
    return this.#port;
  }

  get account(): typeof account {
    return account;
  }

  /** How often it was asked for its channels. */
  get listings(): number {
    return this.fake.actions('CoreShowChannels').length;
  }

  get isHeard(): boolean {
    return !this.#isMute && this.fake.server.clients.length > 0;
  }

  /** Lets a call begin now. */
  begin(call: LivingCall): void {
    const begin = Date.now();
    this.#living.add(call);
    this.#go(call, begin, 0);
  }

  /** One moment after the other: of timers set together on a busy machine the later may come first. */
  #go(call: LivingCall, begin: number, n: number): void {
    const moment = call.moments[n];
    if (moment !== undefined)
      return this.#at(begin + moment.afterMs, () => {
        this.#live(moment);
        this.#go(call, begin, n + 1);
      });
    this.#at(begin + call.lastsMs + 1, () => {
      this.#living.delete(call);
      void appendFile(this.#master, call.records.map((record) => lineOf(record, begin)).join(''));
    });
  }

  drop(): void {
    this.fake.server.drop();
  }

  async cut(): Promise<void> {
    await this.fake.cutInMidPacket(`Event: Newchannel\r\nPrivilege: call,all\r\nChannel: PJSIP/101-${'0'.repeat(200)}`);
  }

  /** What it says is lost on the way, and nothing is answered; then the connections of before are no more. */
  mute(isMute: boolean): void {
    this.#isMute = isMute;
    if (isMute) return this.fake.freeze();
    this.fake.thaw();
    this.drop();
  }

  /** Its AMI is gone; its calls go on. */
  refuse(): Promise<void> {
    return this.fake.stop();
  }

  listen(): Promise<void> {
    return this.fake.server.listen(this.#port);
  }

  /** SIGKILL: no Hangup, no record, ever. */
  async kill(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
    this.#channels.clear();
    for (const call of this.#living) this.killed.add(call);
    this.#living.clear();
    await this.fake.stop();
  }

  async stop(): Promise<void> {
    for (const timer of this.#timers) clearTimeout(timer);
    await this.fake.stop();
  }

  #at(time: number, run: () => void): void {
    const timer = setTimeout(
      () => {
        this.#timers.delete(timer);
        run();
      },
      Math.max(0, time - Date.now()),
    );
    this.#timers.add(timer);
  }

  #live({ packets }: Moment): void {
    for (const { headers } of packets) this.#remember(headers);
    if (this.#isMute) return;
    this.fake.server.send(Buffer.from(packets.map(({ text }) => text).join(''), 'latin1'));
  }

  #remember(packet: Packet): void {
    const event = packet.get('event') ?? '';
    for (const prefix of ['', 'Dest']) this.#see(event, packet, prefix);
    const id = packet.get('uniqueid') ?? '';
    const channel = this.#channels.get(id);
    if (event === 'Hangup') this.#channels.delete(id);
    else if (channel !== undefined && event.startsWith('Bridge'))
      this.#channels.set(id, { ...channel, headers: { ...channel.headers, BridgeId: bridgeAfter(event, packet) } });
  }

  #see(event: string, packet: Packet, prefix: string): void {
    const of = (header: string) => packet.get(`${prefix}${header}`.toLowerCase());
    const id = of('Uniqueid') ?? '';
    const before = this.#channels.get(id);
    if (id === '' || of('Linkedid') === undefined || (before === undefined && event !== 'Newchannel')) return;
    const news = shown.flatMap((header) => (of(header) === undefined ? [] : [[header, of(header) ?? '']]));
    const headers = { BridgeId: '', ...before?.headers, ...Object.fromEntries(news) };
    this.#channels.set(id, { headers, since: before?.since ?? Date.now() });
  }

  #listed(): Headers[] {
    return [...this.#channels.values()].map(({ headers, since }) => ({
      ...headers,
      Duration: duration(Date.now() - since),
    }));
  }
}

function bridgeAfter(event: string, packet: Packet): string {
  return event === 'BridgeEnter' ? (packet.get('bridgeuniqueid') ?? '') : '';
}

function duration(ms: number): string {
  const seconds = Math.floor(ms / 1000);
  const two = (number: number) => String(Math.floor(number)).padStart(2, '0');
  return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
}

/** A line of Master.csv with loguniqueid and loguserfield. */
function lineOf({ fields, start, answer, end }: CallRecord, begin: number): string {
  const time = (after: number | null) =>
    after === null ? '' : new Date(begin + after).toISOString().slice(0, 19).replace('T', ' ');
  const of = (...names: string[]) => names.map((name) => fields[name] ?? '');
  const who = ['', ...of('src', 'dst', 'dcontext', 'clid', 'channel', 'dstchannel', 'lastapp', 'lastdata')];
  const times = [time(start), time(answer), time(end)];
  const rest = [...of('duration', 'billsec', 'disposition'), 'DOCUMENTATION', ...of('uniqueid'), ''];
  return `${[...who, ...times, ...rest].map((text) => `"${text.replaceAll('"', '""')}"`).join(',')}\n`;
}
