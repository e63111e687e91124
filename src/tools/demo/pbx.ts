import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ReceivedAction } from './ami-client.ts';
import { AmiServer, type OriginateVerdict } from './ami-server.ts';
import type { Capture } from './capture.ts';
import { conversation } from './conversation.ts';
import { agentOf } from './office.ts';
import { perform, waited } from './perform.ts';
import { type ClickScenario, clickScenarios, type InboundScenario, inboundScenarios } from './scenarios.ts';
import { type Cast, castScene, loadScene, recordingName } from './scene.ts';
import { describeEvent, type WireLine } from './wire-line.ts';

export interface PbxSettings {
  readonly user: { readonly name: string; readonly secret: string };
  /** Where recordings are written. */
  readonly monitor: string;
  readonly speed: number;
  readonly onWire: (line: WireLine) => void;
  /** Told when a call could not be played. */
  readonly onFault: (fault: unknown) => void;
}

/** An Asterisk that only plays what a real one once said: over a real AMI socket, with the true timing. */
export class Pbx {
  /** What follows the next click of an extension; without one, everybody answers. */
  readonly clicks = new Map<string, ClickScenario>();
  readonly #settings: PbxSettings;
  readonly #server: AmiServer;
  readonly #stopping = new AbortController();
  readonly #running = new Set<Promise<void>>();
  #epoch = 0;
  #serial = 0;

  constructor(settings: PbxSettings) {
    this.#settings = settings;
    this.#server = new AmiServer({ port: 0, users: [settings.user] });
    this.#server.onOriginate = (action) => this.#originate(action);
  }

  async start(): Promise<number> {
    await this.#server.listen(0);
    return this.#server.port;
  }

  /** Resolves when a client follows the calls: it has asked which ones are up. False: none has, in this time. */
  async followed(ms: number): Promise<boolean> {
    const deadline = Date.now() + ms;
    const asked = () => this.#server.received.some((action) => action.get('action') === 'CoreShowChannels');
    while (!asked() && Date.now() < deadline) if (!(await waited(20, this.#stopping.signal))) break;
    return asked();
  }

  /** Customers call an agent: the first of the numbers, in some scenarios the second one as well. */
  call(scenario: InboundScenario, extension: string, numbers: readonly [string, string]): void {
    const agentName = agentOf(extension)?.name ?? extension;
    for (const part of inboundScenarios[scenario]) {
      const number = 'nextCustomer' in part ? numbers[1] : numbers[0];
      this.#run(part.capture, part.afterMs, { extension, agentName, number });
    }
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#running);
    await this.#server.stop();
  }

  #originate(action: ReceivedAction): OriginateVerdict {
    const extension = (action.get('channel') ?? '').split('/')[1] ?? '';
    const agent = agentOf(extension);
    if (agent === undefined) return { accept: false, message: 'Extension does not exist.' };
    const number = action.get('exten') ?? '';
    const originate = { channelId: action.get('channelid') ?? '', actionId: action.get('actionid') ?? '' };
    const scenario = this.clicks.get(extension) ?? 'answered';
    const text = `Originate Channel=${action.get('channel')} Exten=${number} ChannelId=${originate.channelId}`;
    this.#settings.onWire({ at: Date.now(), from: 'connector', to: 'asterisk', text, answer: 'Success' });
    const cast = { extension, agentName: agent.name, number, originate };
    return { accept: true, after: () => this.#run(clickScenarios[scenario], 0, cast) };
  }

  #run(scene: string, afterMs: number, cast: Cast): void {
    const running = this.#play(scene, afterMs, cast)
      .catch((fault) => this.#settings.onFault(fault))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  async #play(name: string, afterMs: number, cast: Cast): Promise<void> {
    const { speed, monitor } = this.#settings;
    const scene = await loadScene(name);
    const capture = castScene(scene, cast, this.#freshIds());
    if (!(await waited(afterMs / speed, this.#stopping.signal))) return;
    const onSent = (packets: Capture) => this.#tell(packets);
    const server = this.#server;
    if (!(await perform(capture, { server, speed, signal: this.#stopping.signal, onSent }))) return;
    const recording = recordingName(capture);
    if (recording !== null) await record(join(monitor, recording), scene.talkSeconds / speed);
  }

  #tell(packets: Capture): void {
    for (const { text } of packets) {
      const line = describeEvent(text);
      if (line !== null) this.#settings.onWire({ at: Date.now(), from: 'asterisk', to: 'connector', text: line });
    }
  }

  /** As Asterisk's own, an id tells when the call began; but two calls must not share it. */
  #freshIds(): { epoch: number; serial: number } {
    this.#epoch = Math.max(this.#epoch + 1, Math.floor(Date.now() / 1000));
    this.#serial += 1;
    return { epoch: this.#epoch, serial: this.#serial };
  }
}

/** Under another name until it is whole, so that the connector never sees half of it. */
async function record(path: string, seconds: number): Promise<void> {
  await writeFile(`${path}.part`, conversation(seconds));
  await rename(`${path}.part`, path);
}
