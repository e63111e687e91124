import { once } from 'node:events';
import { connect, type Socket } from 'node:net';

/** One kept connection that reads sounds into the same megabyte again and again: reading shall cost as little as it can. */
export class SoundReader {
  readonly #socket: Socket;
  #head = '';
  #missing = 0;
  #isInBody = false;
  #settle: (bytes: number) => void = () => {};

  private constructor(port: number) {
    const onread = {
      buffer: Buffer.alloc(1_048_576),
      callback: (count: number, buffer: Uint8Array) => this.#take(count, Buffer.from(buffer.buffer, 0, count)),
    };
    this.#socket = connect({ host: '127.0.0.1', port, noDelay: true, onread });
    this.#socket.on('error', () => {});
  }

  static async open(port: number): Promise<SoundReader> {
    const reader = new SoundReader(port);
    await once(reader.#socket, 'connect');
    return reader;
  }

  /** @returns how many bytes of sound came. Throws unless they were given */
  async get(path: string, range?: string): Promise<number> {
    this.#head = '';
    this.#isInBody = false;
    const answered = new Promise<number>((settle) => {
      this.#settle = settle;
    });
    const asked = range === undefined ? '' : `Range: bytes=${range}\r\n`;
    this.#socket.write(`GET ${path} HTTP/1.1\r\nHost: 127.0.0.1\r\n${asked}\r\n`);
    const bytes = await answered;
    const status = this.#head.slice(9, 12);
    if (status !== (range === undefined ? '200' : '206')) throw new Error(this.#head);
    return bytes;
  }

  close(): void {
    this.#socket.destroy();
  }

  #take(count: number, chunk: Buffer): boolean {
    if (this.#isInBody) this.#missing -= count;
    else this.#takeHead(chunk.toString('latin1'));
    if (this.#isInBody && this.#missing <= 0) this.#settle(Number(lengthIn.exec(this.#head)?.[1]));
    return true;
  }

  #takeHead(text: string): void {
    this.#head += text;
    const end = this.#head.indexOf('\r\n\r\n') + 4;
    if (end < 4) return;
    this.#isInBody = true;
    this.#missing = Number(lengthIn.exec(this.#head)?.[1]) - (this.#head.length - end);
    this.#head = this.#head.slice(0, end);
  }
}

const lengthIn = /^content-length: *(\d+)/im;
