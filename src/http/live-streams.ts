import type { ServerResponse } from 'node:http';
import { type Bye, LiveStream } from './live-stream.ts';
import type { LiveToken } from './live-token.ts';
import type { LiveLimits, LivePort } from './ports.ts';

interface Listener extends LiveToken {
  readonly stream: LiveStream;
  readonly leave: () => void;
}

const headers = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  // nginx: hand each event on as it comes.
  'X-Accel-Buffering': 'no',
} as const;

/** All pages that listen to the live channel. */
export class LiveStreams {
  readonly #limits: LiveLimits;
  readonly #now: () => number;
  /** In the order in which they came. */
  readonly #listeners = new Map<ServerResponse, Listener>();
  readonly #ofExtension = new Map<string, Set<ServerResponse>>();
  #timer: NodeJS.Timeout | null = null;
  #isClosed = false;

  constructor(limits: LiveLimits, now: () => number) {
    this.#limits = limits;
    this.#now = now;
  }

  get count(): number {
    return this.#listeners.size;
  }

  /** Tells a page of its extension's calls from now on. */
  open(response: ServerResponse, token: LiveToken, live: LivePort): void {
    const stream = new LiveStream(response, this.#now);
    stream.begin(headers);
    if (this.#isClosed) return stream.bye('stopping');
    if (this.#listeners.size >= this.#limits.streams) return stream.bye('too-many');
    this.#makeRoom(token.extension);
    response.once('close', () => this.#forget(response));
    const leave = live.watch(token.extension, (snapshot) => stream.send(snapshot));
    this.#listeners.set(response, { ...token, stream, leave });
    this.#ofExtension.set(token.extension, this.#of(token.extension).add(response));
    this.#timer ??= setInterval(() => this.#look(), this.#limits.lookMs).unref();
  }

  close(): void {
    this.#isClosed = true;
    for (const response of [...this.#listeners.keys()]) this.#dismiss(response, 'stopping');
  }

  /** The oldest ones are most likely of pages that are no more, whose going nobody has told. */
  #makeRoom(extension: string): void {
    const own = [...this.#of(extension)];
    const most = this.#limits.streamsPerExtension;
    for (const response of own.slice(0, Math.max(0, own.length - most + 1))) this.#dismiss(response, 'too-many');
  }

  #look(): void {
    const { beatMs, slowMs } = this.#limits;
    for (const [response, { stream, expiresAt }] of [...this.#listeners]) {
      if (expiresAt <= this.#now()) this.#dismiss(response, 'expired');
      else if (stream.isSlow(slowMs)) this.#dismiss(response, 'slow');
      else stream.beat(beatMs);
    }
  }

  #dismiss(response: ServerResponse, reason: Bye): void {
    const listener = this.#listeners.get(response);
    this.#forget(response);
    listener?.stream.bye(reason);
  }

  #forget(response: ServerResponse): void {
    const listener = this.#listeners.get(response);
    if (listener === undefined) return;
    listener.leave();
    this.#listeners.delete(response);
    const own = this.#of(listener.extension);
    own.delete(response);
    if (own.size === 0) this.#ofExtension.delete(listener.extension);
    if (this.#listeners.size > 0 || this.#timer === null) return;
    clearInterval(this.#timer);
    this.#timer = null;
  }

  #of(extension: string): Set<ServerResponse> {
    return this.#ofExtension.get(extension) ?? new Set();
  }
}
