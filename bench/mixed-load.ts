import { writeFile } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';
import type { FakeAsterisk } from '../test/doubles/fake-asterisk.ts';
import { fill, loadTape, type Moment, type Tape } from './tape.ts';

/**
 * What a PBX has all day: calls from outside that are answered, missed, busy, ring three phones, or end in a menu, and calls to the
 * outside. 56.8 events and 4.6 callbacks a call.
 */
const mix = ['s01', 's02', 's03', 's04', 's05', 's06', 's02', 's08', 's09', 's14', 's05', 's36'];

/** How often the AMI's backlog is looked at. */
const lookMs = 20;

/** 16 bits, 8,000 Hz, one channel. */
const format = [16, 0x0001_0001, 8_000, 16_000, 0x0010_0002];

/** Half a second of a recording. */
const sound = Buffer.concat([wavHeader(8_000), Buffer.alloc(8_000, 1)]);

interface Living {
  readonly tape: Tape;
  readonly serial: number;
  next: number;
}

/** Told of each write that must bring a callback about. */
export type OnSent = (tag: string, kind: 'DialBegin' | 'DialAnswer' | 'Hangup', at: number) => void;

export interface PlaySettings {
  readonly asterisk: FakeAsterisk;
  /** How many times as fast as the calls were. */
  readonly speed: number;
  readonly onSent: OnSent;
  /** Where the calls are recorded. */
  readonly recordings: string;
  /** Nobody hangs up. */
  readonly isEndless?: boolean;
}

/** Plays real captures as calls of their own over an AMI socket, at any rate. */
export class MixedLoad {
  calls = 0;
  events = 0;
  bytes = 0;
  /** Of what the client had not read, in bytes: the most, and at the last look. */
  mostBacklog = 0;
  backlog = 0;
  readonly #settings: PlaySettings;
  readonly #tapes: readonly Tape[];
  /** By the millisecond in which their next moment is due. */
  readonly #due = new Map<number, Living[]>();
  readonly #open = new Set<Living>();
  #lastLook = 0;

  private constructor(settings: PlaySettings, tapes: readonly Tape[]) {
    this.#settings = settings;
    this.#tapes = tapes;
    Object.defineProperty(settings.asterisk.server, 'channels', { get: () => this.#channels() });
  }

  static async load(settings: PlaySettings, scenarios: readonly string[] = mix): Promise<MixedLoad> {
    const epoch = Math.floor(Date.now() / 1000);
    return new MixedLoad(
      settings,
      await Promise.all(scenarios.map((scenario) => loadTape(scenario, epoch, settings.recordings))),
    );
  }

  get open(): number {
    return this.#open.size;
  }

  /** Callbacks that the calls so far bring about at least. */
  get callbacks(): number {
    const each = this.#tapes.map(({ callbacks }) => callbacks);
    return Array.from({ length: this.calls }, (_, n) => each[n % each.length] ?? 0).reduce((sum, one) => sum + one, 0);
  }

  /** Lets calls begin, `rate` a second, for so many seconds, and plays what is due meanwhile. */
  async play(rate: number, seconds: number): Promise<void> {
    const begun = performance.now();
    const first = this.calls;
    for (let now = begun; now < begun + seconds * 1000; now = performance.now()) {
      const wanted = Math.min(Math.floor(((now - begun) * rate) / 1000) + 1, Math.round(rate * seconds));
      while (this.calls - first < wanted) this.begin();
      this.#write();
      await pause(1);
    }
  }

  /** Plays the calls that there are to their ends. */
  async finish(): Promise<void> {
    while (this.#open.size > 0) {
      this.#write();
      await pause(1);
    }
  }

  begin(): void {
    const serial = this.calls + 1;
    const tape = this.#tapes[this.calls % this.#tapes.length] as Tape;
    this.calls += 1;
    const living: Living = { tape, serial, next: 0 };
    this.#open.add(living);
    this.#plan(living, Math.floor(performance.now()));
  }

  #plan(living: Living, at: number): void {
    const due = this.#due.get(at);
    if (due === undefined) this.#due.set(at, [living]);
    else due.push(living);
  }

  /** Writes all that is due. */
  #write(): void {
    const now = Math.floor(performance.now());
    const chunks: Buffer[] = [];
    const effects: [string, 'DialBegin' | 'DialAnswer' | 'Hangup'][] = [];
    for (const [at, living] of [...this.#due].filter(([at]) => at <= now).sort(([a], [b]) => a - b)) {
      this.#due.delete(at);
      for (const one of living) this.#next(one, chunks, effects);
    }
    const { asterisk, onSent } = this.#settings;
    const at = performance.now();
    for (const [tag, kind] of effects) onSent(tag, kind, at);
    if (chunks.length > 0) asterisk.server.send(chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks));
    this.#look(at);
  }

  #next(living: Living, chunks: Buffer[], effects: [string, 'DialBegin' | 'DialAnswer' | 'Hangup'][]): void {
    const { tape, serial, next } = living;
    const moment = tape.moments[next] as Moment;
    const bytes = fill(moment, serial);
    chunks.push(bytes);
    this.bytes += bytes.length;
    for (const { tag, kind } of moment.effects) effects.push([fill(tag, serial).toString('latin1'), kind]);
    living.next += 1;
    const following = tape.moments[living.next];
    if (this.#settings.isEndless && following?.effects.some(({ kind }) => kind === 'Hangup')) return;
    if (following === undefined) {
      this.#open.delete(living);
      this.events += tape.events;
      if (tape.recording !== null) void writeFile(fill(tape.recording, serial).toString(), sound);
      return;
    }
    const wait = Math.max(1, Math.round((following.afterMs - moment.afterMs) / this.#settings.speed));
    this.#plan(living, Math.floor(performance.now()) + wait);
  }

  #look(at: number): void {
    if (at - this.#lastLook < lookMs) return;
    this.#lastLook = at;
    this.backlog = Math.max(0, ...this.#settings.asterisk.server.clients.map((client) => client.backlog));
    this.mostBacklog = Math.max(this.mostBacklog, this.backlog);
  }

  #channels(): Record<string, string>[] {
    return [...this.#open].flatMap(({ tape, serial, next }) => {
      const channels = tape.moments[next - 1]?.channels;
      return channels === undefined ? [] : (JSON.parse(fill(channels, serial).toString()) as Record<string, string>[]);
    });
  }
}

function wavHeader(bytes: number): Buffer {
  const header = Buffer.alloc(44);
  header.write('RIFF');
  header.writeUInt32LE(36 + bytes, 4);
  header.write('WAVEfmt ', 8);
  for (const [index, value] of format.entries()) header.writeUInt32LE(value, 16 + 4 * index);
  header.write('data', 36);
  header.writeUInt32LE(bytes, 40);
  return header;
}
