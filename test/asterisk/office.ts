import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AmiSession } from './ami-session.ts';
import { killAsterisk, startAsterisk, stopAsterisk, untilBooted } from './asterisk-process.ts';
import { configure } from './configure.ts';
import { type AgentExtension, agents, type Dialplan, type Layout, type VariantName, variants } from './layout.ts';
import { Phone } from './phone.ts';
import { type Plot, takePlot } from './plot.ts';
import { officeCache, type Provisioned, provision } from './provision.ts';

/** Whether this machine can have such an office; makes its system where it is not there yet. */
export function provisionVariant(variant: VariantName): Promise<Provisioned> {
  return provision(variants[variant].asterisk);
}

interface Phones {
  readonly provider: Phone;
  readonly softphone: Phone;
  readonly phones: ReadonlyMap<string, Phone>;
}

/** A small company: a real Asterisk, phones 101..104, and a provider. Everything is on loopback. */
export class Office {
  readonly variant: VariantName;
  readonly amiHost: string;
  readonly amiPort: number;
  /** The account that the connector is to use, with the rights that we ship. */
  readonly amiUser = 'vtiger';
  readonly amiSecret: string;
  /** `PJSIP` or `SIP`. */
  readonly driver: string;
  /** Where the office's recordings are for this process; Asterisk says /var/spool/asterisk/monitor. */
  readonly monitorDirectory: string;
  readonly provider: Phone;
  /** The second phone of 104, called at did.everywhere. */
  readonly softphone: Phone;
  readonly #phones: ReadonlyMap<string, Phone>;
  readonly #plot: Plot;
  readonly #layout: Layout;
  #asterisk: ChildProcess | null = null;

  private constructor(variant: VariantName, plot: Plot, layout: Layout, { provider, softphone, phones }: Phones) {
    this.variant = variant;
    this.amiHost = layout.pbx.host;
    this.amiPort = layout.amiPort;
    this.amiSecret = layout.secret;
    this.driver = layout.variant.driver;
    this.monitorDirectory = join(plot.root, 'var/spool/asterisk/monitor');
    this.provider = provider;
    this.softphone = softphone;
    this.#phones = phones;
    this.#plot = plot;
    this.#layout = layout;
  }

  /** Throws when there can be no such office on this machine, or its Asterisk does not start (the error names its log). */
  static async start(variant: VariantName, dialplan: Dialplan = 'shipped'): Promise<Office> {
    const provisioned = await provisionVariant(variant);
    if (provisioned.kind === 'unavailable') throw new Error(`no office ${variant}: ${provisioned.reason}`);
    const plot = await takePlot(provisioned.root);
    const office = await Office.#furnish(variant, dialplan, plot);
    try {
      await configure(plot.root, provisioned.root, office.#layout);
      office.#asterisk = await startAsterisk(plot.root);
      await untilBooted(office.#asterisk, office.#layout, 30_000);
      return office;
    } catch (error) {
      const log = await office.stop();
      throw new Error(`office ${variant} did not start: ${error}; its log: ${log}`);
    }
  }

  static async #furnish(variant: VariantName, dialplan: Dialplan, plot: Plot): Promise<Office> {
    const provider = await Phone.plugIn('provider', plot.address(200));
    const softphone = await Phone.plugIn('104 softphone', plot.address(114));
    const phones = new Map<string, Phone>();
    for (const name of Object.keys(agents)) phones.set(name, await Phone.plugIn(name, plot.address(Number(name))));
    const layout: Layout = {
      variant: variants[variant],
      dialplan,
      pbx: { host: plot.address(1), port: plot.sipPort },
      amiPort: plot.amiPort,
      secret: randomBytes(12).toString('hex'),
      provider: provider.endpoint,
      phones: new Map([...phones].map(([name, phone]) => [name, phone.endpoint])),
      softphone: softphone.endpoint,
    };
    for (const phone of [provider, softphone, ...phones.values()]) phone.use(layout.pbx);
    return new Office(variant, plot, layout, { provider, softphone, phones });
  }

  phone(extension: AgentExtension): Phone {
    const phone = this.#phones.get(extension);
    if (!phone) throw new Error(`no phone ${extension}`);
    return phone;
  }

  get timeZone(): string {
    return this.#layout.variant.timeZone;
  }

  /** The provider and all phones. */
  get phones(): Phone[] {
    return [this.provider, ...this.#phones.values(), this.softphone];
  }

  /** A session under the connector's own account. */
  connect(): Promise<AmiSession> {
    return AmiSession.open(this.amiHost, this.amiPort, this.amiUser, this.amiSecret);
  }

  /** A session that sees and may do everything: the tests' own eyes. */
  observe(): Promise<AmiSession> {
    return AmiSession.open(this.amiHost, this.amiPort, 'observer', this.amiSecret);
  }

  /** A session that may do everything and hears nothing but answers. */
  operate(): Promise<AmiSession> {
    return AmiSession.open(this.amiHost, this.amiPort, 'operator', this.amiSecret);
  }

  /** A file that Asterisk names, as this process can open it. */
  pathOf(asteriskPath: string): string {
    return join(this.#plot.root, asteriskPath);
  }

  /** Asterisk's own file of call detail records (office/cdr_custom.conf), oldest first; '' before the first. */
  async cdrFile(): Promise<string> {
    return readFile(this.pathOf('/var/log/asterisk/cdr-custom/truth.csv'), 'utf8').catch(() => '');
  }

  /** SIGKILL: nothing is said goodbye to, and no record is written. */
  async kill(): Promise<void> {
    if (this.#asterisk) await killAsterisk(this.#asterisk);
  }

  /** After kill(): the same Asterisk with the same settings. */
  async startAgain(): Promise<void> {
    this.#asterisk = await startAsterisk(this.#plot.root);
    await untilBooted(this.#asterisk, this.#layout, 30_000);
  }

  /** Ends everything and frees the addresses. Returns where Asterisk's log is kept (the last one of these addresses). */
  async stop(): Promise<string> {
    for (const phone of this.phones) phone.unplug();
    if (this.#asterisk) await stopAsterisk(this.#asterisk);
    const log = join(officeCache(), 'logs', `${this.variant}-${this.#plot.number}.log`);
    await mkdir(join(officeCache(), 'logs'), { recursive: true });
    await copyFile(this.pathOf('/var/log/asterisk/messages'), log).catch(() => undefined);
    await this.#plot.leave();
    return log;
  }
}
