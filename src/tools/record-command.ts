import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { faultOf } from '../ami/action.ts';
import { eventMask } from '../ami/wanted.ts';
import type { Config } from '../config/schema.ts';

export interface RecordRequest {
  /** Where to write, and beside it the times; a file that is there is never overwritten. */
  readonly file: string;
  /** Told once it is logged in, and when it ends by itself. */
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
  const paths = [request.file, `${request.file.replace(/\.[^./]*$/, '')}.timing.json`] as const;
  const files = await openBoth(paths);
  const socket = connect(ami.port, ami.host);
  keep(socket, files);
  try {
    await logIn(socket, ami);
  } catch (fault) {
    await finish(socket, files);
    for (const path of paths) await rm(path, { force: true });
    throw fault;
  }
  request.tell(`recording to ${paths.join(' and ')}: make the call, then press Ctrl+C`);
  const end = (why: string) => {
    socket.removeAllListeners('close');
    request.tell(why);
    request.onEnd();
  };
  let isWell = true;
  const onFault = ({ message }: Error) => {
    if (isWell) end(`recording ends here, as it cannot be written: ${message}`);
    isWell = false;
  };
  for (const file of [files.bytes, files.times]) file.on('error', onFault);
  socket.on('close', () => end('Asterisk has closed the connection'));
  return {
    async stop() {
      socket.removeAllListeners('close');
      await finish(socket, files);
    },
  };
}

interface Files {
  readonly bytes: WriteStream;
  /** A list of [milliseconds since the connect, offset, length] of each read, which lacks its end while it is written. */
  readonly times: WriteStream;
}

/** Both are new: another recording's times would make nonsense of this one. */
async function openBoth([bytes, times]: readonly [string, string]): Promise<Files> {
  const first = await openNew(bytes);
  try {
    return { bytes: first, times: await openNew(times) };
  } catch (fault) {
    first.destroy();
    await rm(bytes, { force: true });
    throw fault;
  }
}

async function openNew(path: string): Promise<WriteStream> {
  const file = createWriteStream(path, { flags: 'wx', mode: 0o600 });
  await once(file, 'open').catch((fault: NodeJS.ErrnoException) => {
    throw new Error(fault.code === 'EEXIST' ? `${path} is there already: name a new file` : fault.message);
  });
  // Until somebody is there to be told.
  file.on('error', () => {});
  return file;
}

async function finish(socket: Socket, { bytes, times }: Files): Promise<void> {
  socket.destroy();
  if (times.writable) times.write(']\n');
  await Promise.all([bytes, times].map(closed));
}

/** One whose disk is full has closed itself, or will. */
async function closed(file: WriteStream): Promise<void> {
  if (file.closed) return;
  const over = new Promise<void>((resolve) => file.once('close', resolve));
  file.end();
  await over;
}

function keep(socket: Socket, { bytes, times }: Files): void {
  const start = performance.now();
  let offset = 0;
  times.write('[');
  socket.on('data', (read) => {
    times.write(
      `${offset === 0 ? '' : ',\n'}${JSON.stringify([Math.round(performance.now() - start), offset, read.length])}`,
    );
    offset += read.length;
    bytes.write(read);
  });
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
