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
  #shutdown: string | null = null;

  /** @param account `user at host:port` */
  constructor(log: Log, account: string) {
    this.#log = log;
    this.#account = account;
  }

  connected(): void {
    this.#log.info(`AMI link up: ${this.#account}`);
    this.#isReachable = true;
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
    const text = `Asterisk refused the AMI login of ${this.#account}: ${message}. See manager.conf (secret, permit)`;
    this.say('error', `${text}; trying again every ${retryMs / 1000} s`);
  }

  say(level: 'error' | 'warn' | 'info', text: string): void {
    if (this.#said.has(text)) return;
    this.#said.add(text);
    this.#log[level](text);
  }

  /** Probes once in the program's life, as the probe leaves a line in Asterisk's log. */
  async aboutRights(
    allowed: ReadonlySet<string>,
    send: (action: AmiAction, options?: SendOptions) => Promise<ActionResult>,
  ): Promise<void> {
    for (const text of missingRights(allowed)) this.say('warn', `AMI account ${this.#account} ${text}`);
    if (this.#isProbed || !allowed.has('originate')) return;
    this.#isProbed = true;
    const isShown = await isShownCalls(send, probeLimitMs);
    if (isShown === null) this.#isProbed = false;
    if (isShown === false)
      this.say(
        'error',
        `AMI account ${this.#account} is not shown calls: it needs read class \`call\`; no call will reach the CRM`,
      );
  }

  see(packet: Packet): void {
    const event = packet.get('event');
    if (event === 'Shutdown') this.#shutdown = `Asterisk shuts down (restart: ${packet.get('restart') ?? 'unknown'})`;
    const complaint = this.#cdrWatch.see(packet);
    if (complaint !== null) this.say('warn', `AMI account ${this.#account}: ${complaint}`);
  }
}
