import { type Packet, packetOf } from './packet.ts';
import { copied } from './shared-texts.ts';
import type { Wanted } from './wanted.ts';

export interface ReaderParts {
  /** What alone is read of the events; absent: all. */
  readonly wanted?: Wanted | undefined;
  /** Whether somebody collects events now, of whatever name: then all are read. */
  readonly isCollecting?: () => boolean;
  readonly onPacket: (packet: Packet) => void;
  /** An event came that is not wanted, and nothing was made of it. */
  readonly onDropped: () => void;
}

/** Asterisk's longest packet is some KB, and its lines are longer than three bytes. */
const mostBytes = 1024 * 1024;
const mostLines = 5_000;
const mostLinesInARead = 20_000;

const lineFeed = '\n';
const carriageReturn = 13;

/**
 * Makes packets of what a socket gives, however it is cut. An empty line ends a packet; a line ends in CR LF or in LF alone.
 *
 * Whatever comes is gone through once, and an unfinished packet not again with each read: it is put together when it ends. What
 * does not end, or is nothing but line ends, is complained of.
 */
export class Reader {
  readonly #parts: ReaderParts;
  /** Whether an event is wanted, by its name as it is written. */
  readonly #verdicts = new Map<string, boolean>();
  /** The reads of an unfinished packet, with its bytes and whole lines. */
  #pieces: string[] = [];
  #bytes = 0;
  #lines = 0;
  /** Of the line that is unfinished: how much has come, and its last character. */
  #column = 0;
  #lastCode = 0;
  #emptyLines = 0;

  constructor(parts: ReaderParts) {
    this.#parts = parts;
  }

  /** @param chunk one read: 64 KB at the most. @returns what is wrong, so that no more may be read, or null */
  read(chunk: string): string | null {
    let lines = 0;
    let linesBefore = 0;
    let packet = 0;
    let line = -this.#column;
    for (let at = chunk.indexOf(lineFeed); at >= 0; at = chunk.indexOf(lineFeed, line)) {
      lines += 1;
      if (at === line || (at === line + 1 && this.#codeBefore(chunk, at) === carriageReturn)) {
        this.#end(chunk, packet, at + 1);
        packet = at + 1;
        linesBefore = lines;
      }
      line = at + 1;
    }
    this.#keep(chunk, packet, lines - linesBefore, line);
    return this.#excess() ?? (lines > mostLinesInARead ? `over ${mostLinesInARead} lines in one read` : null);
  }

  #codeBefore(chunk: string, at: number): number {
    return at > 0 ? chunk.charCodeAt(at - 1) : this.#lastCode;
  }

  /** What has no end yet. */
  #keep(chunk: string, packet: number, lines: number, line: number): void {
    const rest = packet === 0 ? chunk : chunk.slice(packet);
    if (rest !== '') this.#pieces.push(rest);
    this.#bytes += rest.length;
    this.#lines += lines;
    this.#column = chunk.length - line;
    this.#lastCode = this.#codeBefore(chunk, chunk.length);
  }

  #end(chunk: string, from: number, to: number): void {
    if (this.#pieces.length === 0) return this.#take(chunk, from, to);
    this.#pieces.push(chunk.slice(from, to));
    const text = this.#pieces.join('');
    this.#pieces = [];
    this.#bytes = 0;
    this.#lines = 0;
    this.#take(text, 0, text.length);
  }

  /** @param to behind the empty line */
  #take(text: string, from: number, to: number): void {
    if (to - from <= '\r\n'.length) {
      this.#emptyLines += 1;
      return;
    }
    this.#emptyLines = 0;
    if (this.#isUnwanted(text, from, to)) return this.#parts.onDropped();
    const packet = packetOf(text, from, to);
    if (packet !== null) this.#parts.onPacket(packet);
  }

  /** Asterisk's events begin with their name. One that does not is read whole, as answers are. */
  #isUnwanted(text: string, from: number, to: number): boolean {
    const { wanted, isCollecting } = this.#parts;
    if (wanted === undefined || !text.startsWith(beginning, from)) return false;
    const name = text.slice(from + beginning.length, endOfLine(text, from));
    const isWanted = this.#verdict(name, wanted) && !isOtherVariable(name, text.slice(from, to), wanted);
    return !isWanted && isCollecting?.() !== true;
  }

  #verdict(name: string, wanted: Wanted): boolean {
    const known = this.#verdicts.get(name);
    if (known !== undefined) return known;
    const verdict = wanted.events.has(name.toLowerCase());
    if (this.#verdicts.size >= mostNames) this.#verdicts.clear();
    if (name.length <= longestName) this.#verdicts.set(copied(name), verdict);
    return verdict;
  }

  #excess(): string | null {
    if (this.#bytes > mostBytes) return `over ${mostBytes} bytes without the end of a packet`;
    if (this.#lines > mostLines) return `over ${mostLines} lines without the end of a packet`;
    return this.#emptyLines > mostLinesInARead ? `over ${mostLinesInARead} lines without a packet` : null;
  }
}

const beginning = 'Event: ';
/** Asterisk 22 has some 180 events. */
const mostNames = 500;
const longestName = 64;

function endOfLine(text: string, from: number): number {
  const at = text.indexOf(lineFeed, from);
  return text.charCodeAt(at - 1) === carriageReturn ? at - 1 : at;
}

/** Two of three events of a call in a dialplan are VarSets. */
function isOtherVariable(event: string, packet: string, wanted: Wanted): boolean {
  if (event !== 'VarSet') return false;
  const at = packet.indexOf(variableLine);
  return at >= 0 && !wanted.isVariable(packet.slice(at + variableLine.length, endOfLine(packet, at + 1)));
}

const variableLine = '\nVariable: ';
