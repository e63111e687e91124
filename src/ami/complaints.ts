import type { Log } from '../log.ts';
import type { ActionResult, AmiAction, SendOptions } from './action.ts';
import type { Packet } from './packet.ts';
import { CdrWatch, isShownCalls, missingRights } from './rights.ts';

/** How long Asterisk may take to say that an Originate failed which cannot but fail. */
const probeLimitMs = 10_000;

/** What the link tells the log: each thing once, however often it connects. */
export class Complaints {
  readonly #log: Log;
  readonly #account: string;
  readonly #said = new Set<string>();
  readonly #cdrWatch = new CdrWatch();
  #isProbed = false;
  #isReachable = true;
  #refusal: string | null = null;
  #shutdown: string | null = null;

  /** @param account `user at host:port` */
  constructor(log: Log, account: string) {
    this.#log = log;
    this.#account = account;
  }

  connected(): void {
    this.#log.info(`AMI link up: ${this.#account}`);
    this.#isReachable = true;
    this.#refusal = null;
    this.#shutdown = null;
  }

  lost(reason: string, wasUp: boolean): void {
    const why = this.#shutdown ?? reason;
    if (wasUp) this.#log.warn(`AMI link down: ${why}`);
    else if (this.#isReachable) this.#log.warn(`AMI link to ${this.#account}: ${why}; trying again until it works`);
    else this.#log.debug(`AMI link to ${this.#account}: ${why}`);
    this.#isReachable = false;
  }

  refused(message: string, retryMs: number): void {
    if (this.#refusal === message) return;
    this.#refusal = message;
    const text = `Asterisk refused the AMI login of ${this.#account}: ${message}. See manager.conf (secret, permit)`;
    this.#log.error(`${text}; trying again every ${retryMs / 1000} s`);
  }

  say(level: 'error' | 'warn' | 'info', text: string): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.#log[level](text);
  }

  aboutRights(allowed: ReadonlySet<string>): void {
    for (const text of missingRights(allowed)) this.say('warn', `AMI account ${this.#account} ${text}`);
  }

  /** Once in the program's life, as the probe leaves a line in Asterisk's log. Never rejects. */
  async probeReading(send: (action: AmiAction, options?: SendOptions) => Promise<ActionResult>): Promise<void> {
    if (this.#isProbed) return;
    this.#isProbed = true;
    const isShown = await isShownCalls(send, probeLimitMs);
    if (isShown === null) this.#isProbed = false;
    const lack = 'is not shown calls: it needs read class `call`; no call will reach the CRM';
    if (isShown === false) this.say('error', `AMI account ${this.#account} ${lack}`);
  }

  see(packet: Packet): void {
    const event = packet.get('event');
    if (event === 'Shutdown') this.#shutdown = `Asterisk shuts down (restart: ${packet.get('restart') ?? 'unknown'})`;
    const complaint = this.#cdrWatch.see(packet);
    if (complaint !== null) this.say('warn', `AMI account ${this.#account}: ${complaint}`);
  }
}
