import type { ServerResponse } from 'node:http';

/** Why the connector closes a stream. */
export type Bye = 'expired' | 'stopping' | 'slow' | 'too-many';

/** How long the last word may take to one who reads slowly. */
const lastWordMs = 1_000;

/**
 * One page that listens, as server-sent events. A page that reads too slowly is not written to: of the snapshots that come
 * meanwhile it gets the latest, as each says all. So no more is ever kept for it than one and what the socket holds.
 */
export class LiveStream {
  readonly #response: ServerResponse;
  readonly #now: () => number;
  #latest: string | null = null;
  #writtenAt: number;
  #fullSince: number | null = null;

  constructor(response: ServerResponse, now: () => number) {
    this.#response = response;
    this.#now = now;
    this.#writtenAt = now();
    response.on('drain', () => this.#drained());
    // Who leaves while he is written to is gone with `close`.
    response.on('error', () => {});
  }

  /** Of one who has vanished without a word the network's own probes tell. */
  begin(headers: Readonly<Record<string, string>>): void {
    this.#response.socket?.setKeepAlive(true, 30_000);
    this.#response.writeHead(200, headers);
    this.#response.flushHeaders();
  }

  send(snapshot: string): void {
    if (this.#fullSince === null) this.#write(`event: calls\ndata: ${snapshot}\n\n`);
    else this.#latest = snapshot;
  }

  /**
   * Proxies take a connection that is silent for long for dead, and a page must notice one that is. An event, as an
   * EventSource shows no comments to its page, nor an event without data.
   */
  beat(silentMs: number): void {
    if (this.#fullSince === null && this.#now() - this.#writtenAt >= silentMs) this.#write('event: beat\ndata: 1\n\n');
  }

  isSlow(limitMs: number): boolean {
    return this.#fullSince !== null && this.#now() - this.#fullSince >= limitMs;
  }

  bye(reason: Bye): void {
    this.#response.end(`event: bye\ndata: ${reason}\n\n`);
    setTimeout(() => this.#response.destroy(), lastWordMs).unref();
  }

  #write(text: string): void {
    this.#writtenAt = this.#now();
    if (!this.#response.write(text)) this.#fullSince = this.#now();
  }

  #drained(): void {
    this.#fullSince = null;
    const latest = this.#latest;
    this.#latest = null;
    if (latest !== null) this.send(latest);
  }
}
