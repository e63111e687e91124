import type { promises } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import type { ByteRange } from '../recordings/range.ts';

/** A listener who pauses keeps two of these. Larger ones send no faster. */
const chunkBytes = 65_536;

/**
 * A part of an open file, as a body for Koa. One of two buffers is filled while the other is sent, and no other memory is used,
 * however long the file is: a stream of node:fs (Node 20) makes a new buffer for each chunk, and what those cost V8 is most of the
 * time that sending takes. So it is sent by `pipe` alone, and never read. The handle is closed when it is done with or destroyed.
 */
export class FileBody extends Readable {
  readonly #handle: promises.FileHandle;
  readonly #range: ByteRange;
  readonly #onShort: () => void;
  #reading: Promise<unknown> = Promise.resolve();

  /** @param onShort the file has become shorter than the range; the connection is then cut, or the client would wait */
  constructor(handle: promises.FileHandle, range: ByteRange, onShort: () => void) {
    super();
    this.#handle = handle;
    this.#range = range;
    this.#onShort = onShort;
  }

  /** @param response Koa's; it ends it when this has ended */
  override pipe<Response extends NodeJS.WritableStream>(response: Response): Response {
    this.#send(response as unknown as ServerResponse).catch((fault) => this.destroy(fault));
    return response;
  }

  override _read(): void {}

  /** A file is not closed while it is read: what is read next may have got its number. */
  override _destroy(fault: Error | null, done: (fault?: Error | null) => void): void {
    this.#reading
      .catch(() => {})
      .then(() => this.#handle.close())
      .then(
        () => done(fault),
        (failure) => done(fault ?? failure),
      );
  }

  async #send(response: ServerResponse): Promise<void> {
    const { start, end } = this.#range;
    let [next, other] = buffersFor(end - start + 1);
    let written: Promise<void> = Promise.resolve();
    for (let at = start; at <= end; ) {
      const bytes = await this.#fill(next, at, end);
      await written;
      if (this.destroyed || response.destroyed) return;
      if (bytes === 0) {
        this.#onShort();
        return void response.destroy();
      }
      written = writeTo(response, next.subarray(0, bytes));
      [next, other] = [other, next];
      at += bytes;
    }
    this.push(null);
    this.resume();
  }

  async #fill(buffer: Buffer, at: number, end: number): Promise<number> {
    const reading = this.#handle.read(buffer, 0, Math.min(buffer.length, end - at + 1), at);
    this.#reading = reading;
    return (await reading).bytesRead;
  }
}

function buffersFor(bytes: number): [Buffer, Buffer] {
  const size = Math.min(chunkBytes, bytes);
  return [Buffer.allocUnsafeSlow(size), Buffer.allocUnsafeSlow(Math.min(chunkBytes, bytes - size))];
}

/** Resolves when the buffer is free again, or nothing is sent any more. */
function writeTo(response: ServerResponse, chunk: Buffer): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    response.write(chunk, done);
  });
}
