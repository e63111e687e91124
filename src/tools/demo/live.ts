import { PassThrough } from 'node:stream';
import type { WireLine } from './wire-line.ts';

/** What a page that opens now is told of the past. */
const rememberedLines = 60;

/** Tells every open page what changes (server-sent events). */
export class Live {
  readonly #stateFor: (extension: string) => unknown;
  readonly #pages = new Map<PassThrough, string>();
  readonly #lines: WireLine[] = [];

  /** @param stateFor what the page of an agent shall show now */
  constructor(stateFor: (extension: string) => unknown) {
    this.#stateFor = stateFor;
  }

  /** The endless body of a page's event stream. */
  open(extension: string): PassThrough {
    const page = new PassThrough();
    this.#pages.set(page, extension);
    page.on('close', () => this.#pages.delete(page));
    // A page that is closed breaks off; 'close' follows.
    page.on('error', () => {});
    page.write('retry: 1000\n\n');
    for (const line of this.#lines) send(page, 'wire', line);
    send(page, 'state', this.#stateFor(extension));
    return page;
  }

  changed(): void {
    for (const [page, extension] of this.#pages) send(page, 'state', this.#stateFor(extension));
  }

  wire(line: WireLine): void {
    this.#lines.push(line);
    if (this.#lines.length > rememberedLines) this.#lines.shift();
    for (const page of this.#pages.keys()) send(page, 'wire', line);
  }

  close(): void {
    for (const page of this.#pages.keys()) page.end();
  }
}

/** JSON has no line feeds outside its escapes, so that one line always holds it. */
function send(page: PassThrough, event: string, content: unknown): void {
  page.write(`event: ${event}\ndata: ${JSON.stringify(content)}\n\n`);
}
