/** asterisk-manager keeps an unfinished packet without any limit, and needs time with the square of its lines. */
const mostBytes = 4 * 1024 * 1024;
const mostLines = 20_000;

/** Counts what has come since the last complete packet. */
export class ByteWatch {
  #bytes = 0;
  #lines = 0;

  packetComplete(): void {
    this.#bytes = 0;
    this.#lines = 0;
  }

  /** @returns what is wrong, or null */
  seen(chunk: string): string | null {
    this.#bytes += chunk.length;
    for (let at = chunk.indexOf('\n'); at >= 0; at = chunk.indexOf('\n', at + 1)) this.#lines += 1;
    if (this.#bytes > mostBytes) return `over ${mostBytes} bytes without the end of a packet`;
    if (this.#lines > mostLines) return `over ${mostLines} lines without the end of a packet`;
    return null;
  }
}
