/**
 * asterisk-manager keeps an unfinished packet without any limit, goes through all of it again with each read, and needs time
 * with the square of its lines, and of those of one read: 5 MB, 10,000 different headers, or 30,000 empty lines keep the
 * process for over 100 ms. Asterisk's longest packet is some KB, and its lines are longer than three bytes.
 */
const mostBytes = 1024 * 1024;
const mostLines = 5_000;
const mostLinesInARead = 20_000;

interface Amount {
  readonly bytes: number;
  readonly lines: number;
}

const nothing: Amount = { bytes: 0, lines: 0 };

/** Counts what has come and is no complete packet. */
export class ByteWatch {
  /** Behind the last empty line. */
  #unfinished = nothing;
  /** Since asterisk-manager gave a packet out: in some states it waits for another end than an empty line. */
  #kept = nothing;
  #lastBytes = '';

  /** To be called for each packet, in the turn in which it was read. */
  packetComplete(): void {
    this.#kept = this.#unfinished;
  }

  /** @param chunk one read: 64 KB at the most. @returns what is wrong, or null */
  seen(chunk: string): string | null {
    const text = this.#lastBytes + chunk;
    // In this chunk, whose first byte may be the last one of an empty line.
    const behind = behindLastPacket(text) - this.#lastBytes.length;
    this.#lastBytes = text.slice(-2);
    const all = amountIn(chunk, 0);
    this.#kept = sum(this.#kept, all);
    this.#unfinished = behind > 0 ? amountIn(chunk, behind) : sum(this.#unfinished, all);
    if (isOver(this.#unfinished, mostLines))
      return `${excess(this.#unfinished, mostLines)} without the end of a packet`;
    if (isOver(this.#kept, mostLinesInARead)) return `${excess(this.#kept, mostLinesInARead)} without a packet`;
    return all.lines > mostLinesInARead ? `over ${mostLinesInARead} lines in one read` : null;
  }
}

/** Where a text goes on behind the last packet that ends in it; 0: none does. */
function behindLastPacket(text: string): number {
  const behind = (end: string) => {
    const at = text.lastIndexOf(end);
    return at < 0 ? 0 : at + end.length;
  };
  return Math.max(behind('\n\r\n'), behind('\n\n'));
}

function amountIn(chunk: string, from: number): Amount {
  let lines = 0;
  for (let at = chunk.indexOf('\n', from); at >= 0; at = chunk.indexOf('\n', at + 1)) lines += 1;
  return { bytes: chunk.length - from, lines };
}

function sum(one: Amount, other: Amount): Amount {
  return { bytes: one.bytes + other.bytes, lines: one.lines + other.lines };
}

function isOver({ bytes, lines }: Amount, linesAllowed: number): boolean {
  return bytes > mostBytes || lines > linesAllowed;
}

function excess({ bytes }: Amount, linesAllowed: number): string {
  return bytes > mostBytes ? `over ${mostBytes} bytes` : `over ${linesAllowed} lines`;
}
