import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';
import { type AmiLink, createAmiLink, linkDefaults } from '../../src/ami/link.ts';
import type { Input } from '../../src/call/ami-event.ts';
import type { Uniqueid } from '../../src/call/ids.ts';
import { systemClock } from '../../src/clock.ts';
import { AmiServer } from '../../src/tools/demo/ami-server.ts';
import { type Capture, chunksOf, loadCapture } from '../../src/tools/demo/capture.ts';
import { rememberingLog } from '../doubles/silent-log.ts';
import { loadTruth, type Truth } from './truth.ts';

/** An input of the core with the time at which it came: epoch milliseconds of the capture. */
export interface Heard {
  readonly input: Input;
  readonly at: number;
}

export interface Ear {
  /** What the core is told of a capture, and of a click on the connection that captured it. */
  hear(folder: string): Promise<Heard[]>;
  /** What the core is told of these bytes, read in exactly these chunks (a network would join some). */
  read(chunks: readonly Buffer[]): Input[];
  close(): Promise<void>;
}

/** The way of the bytes from a real socket through the reader, the link and the decoder, in odd pieces. */
export async function openEar(): Promise<Ear> {
  const server = await AmiServer.start({ port: 0, users: [{ name: 'vtiger', secret: 'secret' }] });
  const sockets: Socket[] = [];
  const see = (message: unknown) => sockets.push((message as { socket: Socket }).socket);
  subscribe('net.client.socket', see);
  const now = { at: 0 };
  let heard: Heard[] = [];
  const link = await linkTo(
    server.port,
    () => now.at,
    (input) => heard.push({ input, at: now.at }),
  );
  unsubscribe('net.client.socket', see);
  const own = sockets.find(({ remotePort }) => remotePort === server.port);
  if (own === undefined) throw new Error('the link has no socket');
  return {
    async hear(folder) {
      const truth = await loadTruth(folder);
      heard = [];
      for (const { atMs, packets } of moments(await loadCapture(folder))) {
        now.at = connectedAt(truth) + atMs;
        for (const chunk of chunksOf(packets, 'odd')) server.send(chunk.bytes);
        // Its answer comes behind the events: they have all been taken.
        await link.send({ Action: 'Ping' });
      }
      return [...clickOf(truth), ...heard];
    },
    read(chunks) {
      heard = [];
      for (const chunk of chunks) own.push(chunk);
      return heard.map(({ input }) => input);
    },
    async close() {
      await link.stop();
      await server.stop();
    },
  };
}

async function linkTo(port: number, now: () => number, onInput: (input: Input) => void): Promise<AmiLink> {
  let isUp = () => {};
  const up = new Promise<void>((resolve) => {
    isUp = resolve;
  });
  const link = createAmiLink(
    { ...linkDefaults, host: '127.0.0.1', port, username: 'vtiger', secret: 'secret' },
    {
      clock: { ...systemClock, after: systemClock.after, now },
      log: rememberingLog(),
      onInput,
      onUp: isUp,
      onDown: () => {},
    },
  );
  link.start();
  await up;
  return link;
}

const connectedAt = (truth: Truth) => (truth.ami_sent_by_vtiger_user[0]?.t ?? 0) * 1000;

function* moments(capture: Capture): Generator<{ atMs: number; packets: Capture }> {
  for (const atMs of new Set(capture.map((packet) => packet.atMs)))
    yield { atMs, packets: capture.filter((packet) => packet.atMs === atMs) };
}

/** The click that was placed on the capturing connection, before any of its channels. They had no id of ours. */
function clickOf(truth: Truth): Heard[] {
  const sent = truth.ami_sent_by_vtiger_user.find(({ action }) => action[0] === 'Action: Originate');
  if (sent === undefined) return [];
  const header = (name: string) =>
    sent.action.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2) ?? '';
  const extension = header('Channel').split('/')[1] ?? '';
  const click = { kind: 'click', actionId: header('ActionID'), uniqueid: 'c2c-test' as Uniqueid } as const;
  return [{ input: { ...click, extension, number: header('Exten') }, at: sent.t * 1000 }];
}
