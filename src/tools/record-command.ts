import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { faultOf } from '../ami/action.ts';
import { eventMask } from '../ami/wanted.ts';
import type { Config } from '../config/schema.ts';

export interface RecordRequest {
  /** Where to write; a file that is there is never overwritten. */
  readonly file: string;
  /** Told once it is logged in, and when Asterisk ends it. */
  readonly tell: (text: string) => void;
  readonly onEnd: () => void;
}

const loginLimitMs = 10_000;

/**
 * Writes what Asterisk sends to a file, with the times beside it, for replay. It is a login of its own, beside the
 * connector's; what is sent to Asterisk (the secret) is not in the file.
 *
 * @throws Error with a sentence for the operator
 */
export async function startRecording(
  { ami }: Pick<Config, 'ami'>,
  request: RecordRequest,
): Promise<{ stop(): Promise<void> }> {
  const timingFile = `${request.file.replace(/\.[^./]*$/, '')}.timing.json`;
  const file = createWriteStream(request.file, { flags: 'wx', mode: 0o600 });
  await once(file, 'open').catch((fault: NodeJS.ErrnoException) => {
    throw new Error(fault.code === 'EEXIST' ? `${request.file} is there already: name a new file` : fault.message);
  });
  const socket = connect(ami.port, ami.host);
  const reads = keep(socket, file);
  try {
    await logIn(socket, ami);
  } catch (fault) {
    await finish(socket, file);
    await rm(request.file, { force: true });
    throw fault;
  }
  request.tell(`recording to ${request.file} and ${timingFile}: make the call, then press Ctrl+C`);
  socket.on('close', () => {
    request.tell('Asterisk has closed the connection');
    request.onEnd();
  });
  return {
    async stop() {
      socket.removeAllListeners('close');
      await finish(socket, file);
      await writeFile(timingFile, `${JSON.stringify(reads)}\n`, { mode: 0o600 });
    },
  };
}

async function finish(socket: Socket, file: WriteStream): Promise<void> {
  socket.destroy();
  file.end();
  await once(file, 'close');
}

/** [milliseconds since the connect, offset, length] of each read. */
function keep(socket: Socket, file: WriteStream): [number, number, number][] {
  const reads: [number, number, number][] = [];
  const start = performance.now();
  let offset = 0;
  socket.on('data', (bytes) => {
    reads.push([Math.round(performance.now() - start), offset, bytes.length]);
    offset += bytes.length;
    file.write(bytes);
  });
  return reads;
}

async function logIn(socket: Socket, { host, port, username, secret }: Config['ami']): Promise<void> {
  const action = { Action: 'Login', Username: username, Secret: secret, Events: eventMask };
  const fault = faultOf(action);
  if (fault !== null) throw new Error(`ami.username or ami.secret: ${fault}`);
  const answer = new Promise<string>((resolve, reject) => {
    let text = '';
    socket.on('data', (bytes) => {
      // Of no interest any more once the login is through.
      if (text.length < 4096) text += bytes.toString('latin1');
      const found = /^Response: [\s\S]*?\r\n\r\n/m.exec(text);
      if (found !== null) resolve(found[0]);
    });
    socket.on('error', ({ message }) => reject(new Error(`Asterisk at ${host}:${port} is not reached: ${message}`)));
    socket.once('close', () => reject(new Error(`Asterisk at ${host}:${port} has closed the connection`)));
    setTimeout(() => reject(new Error(`no answer of ${host}:${port} to the login`)), loginLimitMs).unref();
  });
  const lines = Object.entries(action).map(([name, value]) => `${name}: ${value}\r\n`);
  socket.write(`${lines.join('')}\r\n`);
  const response = await answer;
  if (response.startsWith('Response: Success')) return;
  const message = /^Message: (.*)\r$/m.exec(response)?.[1] ?? 'no reason given';
  throw new Error(`Asterisk refuses the login of ${username}: ${message}`);
}
