/**
 * asterisk-manager keeps an unfinished packet without any limit, goes through all of it again with each read, and needs time
 * with the square of its lines, and of those of one read: 5 MB, 19,000 different headers, or 30,000 empty lines keep the
 * process for over 100 ms. Asterisk's longest packet is some KB, and its lines are longer than three bytes.
 */
const mostBytes = 1024 * 1024;
const mostLines = 10_000;
const mostLinesInARead = 20_000;

/** Counts what has come since the last complete packet. */
export class ByteWatch {
  #bytes = 0;
  #lines = 0;

  packetComplete(): void {
    this.#bytes = 0;
    this.#lines = 0;
  }

  /** @param chunk one read: 64 KB at the most. @returns what is wrong, or null */
  seen(chunk: string): string | null {
    // A read may hold many packets; what is behind the end of its last one is all that is unfinished.
    const end = chunk.lastIndexOf('\n\r\n');
    if (end >= 0) this.packetComplete();
    const complete = linesIn(chunk, 0, end);
    const unfinished = linesIn(chunk, end + 1, chunk.length);
    this.#bytes += chunk.length - (end + 1);
    this.#lines += unfinished;
    if (this.#bytes > mostBytes) return `over ${mostBytes} bytes without the end of a packet`;
    if (this.#lines > mostLines) return `over ${mostLines} lines without the end of a packet`;
    return complete + unfinished > mostLinesInARead ? `over ${mostLinesInARead} lines in one read` : null;
  }
}

function linesIn(chunk: string, from: number, to: number): number {
  let lines = 0;
  for (let at = chunk.indexOf('\n', from); at >= 0 && at < to; at = chunk.indexOf('\n', at + 1)) lines += 1;
  return lines;
}
