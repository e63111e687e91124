import type { Dispatcher } from 'undici';
import type { Deadlines, Limited } from './deadlines.ts';

/** What was answered: of the headers and of the body as much as is judged. */
export interface Reply {
  readonly status: number;
  readonly location: string | null;
  readonly body: string;
}

/** More of an answer is not read: PBXManager's longest, a list of users, is a few KB. */
const longestBody = 64 * 1024;

/**
 * One request and its answer, as undici's dispatcher reports them. `request()` would make a stream of each answer and a promise
 * for each of its chunks, which together cost more than the request; an answer of PBXManager is one chunk, or none.
 *
 * Ends once, whatever comes after, and at the latest when its time is over.
 */
export class Exchange implements Dispatcher.DispatchHandler, Limited {
  readonly #replied: (reply: Reply) => void;
  readonly #failed: (fault: unknown) => void;
  readonly #deadlines: Deadlines;
  /** Null until a connection is there and the request is about to be written. */
  #controller: Dispatcher.DispatchController | null = null;
  #isOver = false;
  #status = 0;
  #location: string | null = null;
  #chunks: Buffer[] = [];
  #length = 0;

  /** @param failed told of no answer, or half of one */
  constructor(deadlines: Deadlines, replied: (reply: Reply) => void, failed: (fault: unknown) => void) {
    this.#replied = replied;
    this.#failed = failed;
    this.#deadlines = deadlines;
    deadlines.begin(this);
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    // Its connection came too late. It is not written then.
    if (this.#isOver) controller.abort(outOfTime());
  }

  /** Called for 103 and its like as well: the last one counts. */
  onResponseStart(_: unknown, status: number, headers: Readonly<Record<string, string | string[] | undefined>>): void {
    this.#status = status;
    const { location } = headers;
    this.#location = typeof location === 'string' ? location : null;
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#isOver) return;
    this.#chunks.push(chunk);
    this.#length += chunk.length;
    if (this.#length < longestBody) return;
    this.#reply();
    // Ends the connection: not while undici's parser is at work on it.
    queueMicrotask(() => controller.abort(new Error('the rest of the answer is not read')));
  }

  onResponseEnd(): void {
    this.#reply();
  }

  onResponseError(_: unknown, fault: Error): void {
    this.#fail(fault);
  }

  expire(): void {
    if (this.#controller === null) return this.#fail(noConnection());
    const fault = outOfTime();
    this.#fail(fault);
    this.#controller.abort(fault);
  }

  #reply(): void {
    if (!this.#over()) return;
    const [first, ...more] = this.#chunks;
    const bytes = more.length === 0 ? first : Buffer.concat(this.#chunks);
    const body = bytes === undefined ? '' : bytes.toString('utf8', 0, longestBody);
    try {
      this.#replied({ status: this.#status, location: this.#location, body });
    } catch (fault) {
      // undici would give it to onResponseError, where it is over already.
      this.#failed(fault);
    }
  }

  #fail(fault: unknown): void {
    if (this.#over()) this.#failed(fault);
  }

  /** @returns whether it was not over before */
  #over(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    this.#deadlines.end(this);
    return true;
  }
}

/** As AbortSignal.timeout names it. */
function outOfTime(): Error {
  return Object.assign(new Error('no answer in time'), { name: 'TimeoutError' });
}

/** As undici calls it: its own timer for connects is later by up to a second. */
function noConnection(): Error {
  return Object.assign(new Error('no connection in time'), { code: 'UND_ERR_CONNECT_TIMEOUT' });
}
