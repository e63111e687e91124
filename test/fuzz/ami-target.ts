import { readdirSync } from 'node:fs';
import { setTimeout as pause, setImmediate as turn } from 'node:timers/promises';
import { type AmiLink, createAmiLink, linkDefaults } from '../../src/ami/link.ts';
import type { AmiEvent, Input } from '../../src/call/ami-event.ts';
import type { CallEvent } from '../../src/call/call-event.ts';
import type { Extension } from '../../src/call/ids.ts';
import { createState, type TrackerState } from '../../src/call/state.ts';
import { systemClock } from '../../src/clock.ts';
import type { Callback } from '../../src/crm/callback.ts';
import type { Dialect, DialectSettings } from '../../src/crm/dialect.ts';
import { salesPlatform } from '../../src/crm/salesplatform.ts';
import { shieldNumber } from '../../src/crm/shield.ts';
import { vanilla } from '../../src/crm/vanilla.ts';
import { createFlow } from '../../src/flow.ts';
import { LiveCalls } from '../../src/live/live-calls.ts';
import { tellingOf } from '../../src/live/telling.ts';
import { createNumbers } from '../../src/numbers/numbers.ts';
import { AmiServer } from '../../src/tools/demo/ami-server.ts';
import { type Capture, loadCapture } from '../../src/tools/demo/capture.ts';
import { violationsIn } from '../../src/tools/demo/violations.ts';
import { rules } from '../call/office.ts';
import { type LogLine, rememberingLog } from '../doubles/silent-log.ts';
import { type Chance, chanceOf } from '../faults/chance.ts';
import { inPieces, mutated, nameHeaders, textOf, withHeader } from './ami-input.ts';
import { hostileText } from './hostile.ts';
import { ReadTurns } from './read-turns.ts';
import { type FuzzTarget, Tally } from './target.ts';

const account = { name: 'vtiger', secret: 'secret' };
const variable = 'CONTRACT';
const extensions = ['101', '102', '103', '104'];

/**
 * All that Asterisk's bytes go through: a socket, the reader, the link, the decoder, the tracker, both dialects and what
 * the users' pages are shown.
 */
export class AmiTarget extends Tally implements FuzzTarget {
  readonly #turns: ReadTurns;
  readonly #server: AmiServer;
  readonly #link: AmiLink;
  readonly #lines: LogLine[];
  readonly #captures: readonly Capture[];
  readonly #middle: { current: Middle };

  private constructor(
    server: AmiServer,
    link: AmiLink,
    rest: { lines: LogLine[]; captures: readonly Capture[]; middle: { current: Middle }; turns: ReadTurns },
  ) {
    super();
    this.#server = server;
    this.#link = link;
    this.#lines = rest.lines;
    this.#captures = rest.captures;
    this.#middle = rest.middle;
    this.#turns = rest.turns;
  }

  static async start(): Promise<AmiTarget> {
    const server = await AmiServer.start({ port: 0, users: [account] });
    const { lines, ...log } = rememberingLog();
    const middle = { current: new Middle(lines) };
    const settings = { ...linkDefaults, host: '127.0.0.1', port: server.port, username: account.name };
    const short = { pingIntervalMs: 1_000, pingTimeoutMs: 2_000, reconnect: { firstMs: 5, mostMs: 20 } };
    const link = createAmiLink(
      { ...settings, ...short, secret: account.secret, variables: [variable], probeRights: false },
      {
        clock: systemClock,
        log: { ...log, child: () => log as never },
        onInput: (event) => middle.current.take(event),
        onUp: () => {},
        onDown: () => {},
      },
    );
    const turns = new ReadTurns();
    link.start();
    const captures = await Promise.all(folders().map(loadCapture));
    const target = new AmiTarget(server, link, { lines, captures, middle, turns });
    await target.#up();
    return target;
  }

  get longestTurnMs(): number {
    return this.#turns.longestMs;
  }

  async run(seed: number): Promise<readonly string[]> {
    const chance = chanceOf(seed);
    const capture = chance.pick(this.#captures);
    const faults =
      chance.integer(1, 10) === 1 ? await this.#renamed(capture, chance) : await this.#damaged(capture, chance);
    const errors = this.#lines.filter(({ level }) => level === 'error');
    faults.push(...errors.map(({ text, fields }) => `logged as an error: ${text} ${JSON.stringify(fields)}`));
    this.#lines.length = 0;
    this.#server.received.length = 0;
    return faults;
  }

  async close(): Promise<void> {
    this.#turns.stop();
    await this.#link.stop();
    await this.#server.stop();
  }

  async #damaged(capture: Capture, chance: Chance): Promise<string[]> {
    this.add('damaged streams');
    await this.#send(inPieces(mutated(capture, chance), chance));
    const { told, faults } = this.#middle.current.end();
    this.add('callbacks', told.length);
    return [...faults];
  }

  /** A caller who only calls himself something else: the CRM is told exactly what it would be told otherwise. */
  async #renamed(capture: Capture, chance: Chance): Promise<string[]> {
    this.add('streams with a hostile name');
    const name = hostileText(chance).slice(0, 2_000);
    const text = nameHeaders.reduce((changed, header) => withHeader(changed, header, name), textOf(capture));
    await this.#send(inPieces(textOf(capture), chance));
    const plain = this.#middle.current.end();
    await this.#send(inPieces(text, chance));
    const hostile = this.#middle.current.end();
    const isSame = JSON.stringify(plain.told) === JSON.stringify(hostile.told);
    return [
      ...plain.faults,
      ...hostile.faults,
      ...(isSame ? [] : [`the name ${JSON.stringify(name)} changes what is told`]),
    ];
  }

  /** Until all of it has been read, or the link has had enough of it. */
  async #send(pieces: readonly Buffer[]): Promise<void> {
    this.#middle.current = new Middle(this.#lines);
    for (const piece of pieces) this.#server.send(piece);
    this.#server.send('\r\n\r\n');
    const answer = await this.#link.send({ Action: 'Ping' }, { timeoutMs: 1_500 });
    if (answer.kind === 'answered') return;
    this.add(
      answer.kind === 'timedOut' ? 'streams after which nothing was understood' : 'streams that ended the connection',
    );
    if (answer.kind === 'timedOut') this.#server.drop();
    await pause(1);
    await this.#up();
  }

  async #up(): Promise<void> {
    const deadline = Date.now() + 60_000;
    while (this.#link.state !== 'up') {
      if (Date.now() > deadline) throw new Error(`the link stays ${this.#link.state}`);
      await pause(2);
    }
    await turn();
  }
}

function folders(): string[] {
  const root = 'test/captures';
  return readdirSync(root).flatMap((variant) =>
    readdirSync(`${root}/${variant}`).map((name) => `${root}/${variant}/${name}`),
  );
}

const isExtension = (text: string) => rules.extensionPattern.test(text);

function settingsOf(toCrm: 'as-is' | 'national'): DialectSettings {
  const plain = { areaCode: '', toDialplan: 'as-is', dialPrefix: '', ofUsers: [], isExtension } as const;
  const numbers = createNumbers({ ...plain, country: 'RU', toCrm });
  return {
    timeZone: 'Europe/Moscow',
    isExtension,
    number: (raw) => numbers.disguised(shieldNumber(numbers.toCrm(raw))),
  };
}

const dialects: readonly Dialect[] = [salesPlatform(settingsOf('as-is')), vanilla(settingsOf('national'))];
const telling = tellingOf('salesplatform', settingsOf('as-is'), (ms) => new Date(ms).toISOString());

/** The parameters that a callback may have; any other was brought in by somebody's text. */
const parameters = new Set(
  `callstatus callUUID callerIdNumber callerIdName channel dialString StartTime connectedLineName callerid1 callerid2
  starttime endtime duration billableseconds callerIdNum causetxt EndTime Duration recordinglink ${variable}`.split(
    /\s+/,
  ),
);
const shapes: Readonly<Record<string, RegExp>> = {
  callstatus: /^(StartApp|DialBegin|DialAnswer|EndCall|Record|Hangup)$/,
  callUUID: /^[0-9A-Za-z._*#-]{1,100}$/,
  causetxt: /^(Normal Clearing|no-answer|busy|Answered elsewhere|ringing)$/,
  channel: /^SIP\/[0-9A-Za-z*#_.-]{1,32}-00000000$/,
};
const time = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/;
const party = /^\(?[0-9A-Za-z+*#._-]{1,34}\)?$/;
for (const name of ['StartTime', 'starttime', 'endtime', 'EndTime']) Object.assign(shapes, { [name]: time });
for (const name of ['callerIdNumber', 'callerIdName', 'dialString', 'callerid1', 'callerid2', 'callerIdNum'])
  Object.assign(shapes, { [name]: party });
for (const name of ['duration', 'billableseconds', 'Duration']) Object.assign(shapes, { [name]: /^\d{1,9}$/ });

/** What lies behind the link, in a time of its own: 10 ms for each event. */
class Middle {
  readonly #state: TrackerState = createState(rules);
  readonly #live = new LiveCalls({ state: this.#state, tellingOf: () => telling, onChange: () => {} });
  readonly #told: Callback[] = [];
  readonly #faults: string[] = [];
  readonly #flow: (input: Input, at: number) => readonly CallEvent[];
  #now = Date.UTC(2026, 10, 21);

  constructor(lines: LogLine[]) {
    const commit = ({ callbacks }: { readonly callbacks: readonly Callback[] }) => this.#tell(callbacks);
    const callbacks = (event: CallEvent) => dialects.flatMap((dialect) => dialect.callbacks(event));
    this.#flow = createFlow(this.#state, () => ({ callbacks }), commit, rememberingLog(lines));
  }

  take(event: AmiEvent): void {
    this.#step(event, 10);
    if (this.#now % 100 === 0) this.#look();
  }

  /** Asterisk has no channel any more, and all times run out: nothing may be left. */
  end(): { readonly told: readonly Callback['params'][]; readonly faults: readonly string[] } {
    this.#look();
    this.#step({ kind: 'tick' }, 250);
    this.#step(
      { kind: 'remaining', channels: new Set(), since: Number.POSITIVE_INFINITY, heardUntil: this.#now },
      1_000,
    );
    for (const ms of [250, 3_000, 100_000, 205_000]) this.#step({ kind: 'tick' }, ms);
    const { channels, calls, callsOfUsers, bridges, halves, clicks } = this.#state;
    const left = { channels, calls, callsOfUsers, bridges, halves, clicks };
    for (const [what, { size }] of Object.entries(left)) if (size > 0) this.#faults.push(`${size} ${what} are left`);
    return { told: this.#told.map(({ params }) => params), faults: this.#faults };
  }

  #step(input: Input, ms: number): void {
    this.#now += ms;
    this.#live.took(input, this.#flow(input, this.#now), this.#now);
  }

  #look(): void {
    for (const extension of extensions) {
      const { calls } = JSON.parse(JSON.stringify(this.#live.snapshotOf(extension as Extension)));
      for (const { number, name, line } of calls)
        for (const danger of violationsIn({ number, name, line }))
          this.#faults.push(`a page is shown ${JSON.stringify(danger)}`);
    }
  }

  #tell(callbacks: readonly Callback[]): void {
    for (const callback of callbacks) {
      const { params } = callback;
      this.#told.push(callback);
      const sent = [...new URLSearchParams(new URLSearchParams(params).toString())];
      if (JSON.stringify(sent) !== JSON.stringify(Object.entries(params)))
        this.#faults.push(`does not arrive as it was: ${JSON.stringify(params)}`);
      for (const [name, value] of sent)
        if (!parameters.has(name) || shapes[name]?.test(value) === false)
          this.#faults.push(`parameter ${name}: ${JSON.stringify(value)}`);
      for (const danger of violationsIn(params)) this.#faults.push(`violation ${JSON.stringify(danger)}`);
    }
  }
}
