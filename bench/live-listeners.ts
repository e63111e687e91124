import { createHmac } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as pause } from 'node:timers/promises';
import { KeptConnection } from './kept-connection.ts';
import { crmToken } from './served-connector.ts';

const hour = 3_600_000;
/** As feed.js of the module. */
const pollMs = 800;

/** As the CRM's PHP signs it (docs/live-channel.md). */
export function liveToken(extension: string): string {
  const key = createHmac('sha256', crmToken).update('live').digest();
  const exp = Math.floor((Date.now() + hour) / 1_000);
  const signed = `v1.${Buffer.from(JSON.stringify({ ext: extension, user: 5, exp })).toString('base64url')}`;
  return `${signed}.${createHmac('sha256', key).update(signed).digest('base64url')}`;
}

/** Users of whom each has a phone of his own that does not ring. */
const extensionOf = (n: number) => String(200_000 + n);

/** Pages that listen to the event stream, as far as the connector sees of them. */
export class PushedListeners {
  readonly #sockets: Socket[] = [];

  get count(): number {
    return this.#sockets.length;
  }

  /** Adds so many that there are `count`; each has had its first snapshot. */
  async growTo(count: number, port: number): Promise<void> {
    while (this.#sockets.length < count) await this.#listen(port, extensionOf(this.#sockets.length));
  }

  close(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  async #listen(port: number, extension: string): Promise<void> {
    const socket = connect({ host: '127.0.0.1', port });
    this.#sockets.push(socket);
    socket.on('error', () => {});
    socket.write(`GET /live?token=${liveToken(extension)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`);
    for (let heard = ''; !heard.includes('event: calls'); ) {
      const [chunk] = (await once(socket, 'data')) as [Buffer];
      heard += chunk.toString('latin1');
      if (/^HTTP\/1.1 [^2]/.test(heard)) throw new Error(heard);
    }
    socket.resume();
  }
}

/** Pages that ask, each by a connection of its own, until it is aborted. Resolves with how many answers there were. */
export async function pollAsUsers(count: number, port: number, signal: AbortSignal): Promise<number> {
  const one = async (n: number) => {
    const connection = await KeptConnection.open(port);
    const request = `GET /live/calls HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${liveToken(extensionOf(n))}\r\n\r\n`;
    let answered = 0;
    await pause(Math.random() * pollMs);
    while (!signal.aborted) {
      const began = performance.now();
      const answer = await connection.ask(request);
      if (!answer.startsWith('{"extension"')) throw new Error(`/live/calls answered ${answer.slice(0, 200)}`);
      answered += 1;
      await pause(Math.max(0, pollMs - (performance.now() - began)));
    }
    connection.close();
    return answered;
  };
  const answers = await Promise.all(Array.from({ length: count }, (_, n) => one(n)));
  return answers.reduce((sum, each) => sum + each, 0);
}
