import type { ShownCall } from '../../../src/tools/demo/crm.ts';
import type { WireLine } from '../../../src/tools/demo/wire-line.ts';

export interface PageState {
  readonly now: number;
  readonly calls: readonly ShownCall[];
  readonly popups: readonly ShownCall[];
}

/** What a browser would be told: the states and lines of an agent's page, in order. */
export class PageStream {
  readonly states: PageState[] = [];
  readonly lines: WireLine[] = [];
  /** Everything as it came. */
  raw = '';
  readonly #end = new AbortController();

  static async open(url: string, agent: string): Promise<PageStream> {
    const stream = new PageStream();
    const response = await fetch(`${url}/events?agent=${agent}`, { signal: stream.#end.signal });
    void stream.#read(response).catch(() => {});
    return stream;
  }

  get state(): PageState | undefined {
    return this.states.at(-1);
  }

  /** Waits until a state is as wanted. */
  async until(wanted: (state: PageState) => boolean, what: string, ms = 8000): Promise<PageState> {
    const deadline = Date.now() + ms;
    for (;;) {
      const found = this.states.find(wanted);
      if (found !== undefined) return found;
      if (Date.now() > deadline) throw new Error(`${what} did not come: ${JSON.stringify(this.state)}`);
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  close(): void {
    this.#end.abort();
  }

  async #read(response: Response): Promise<void> {
    const decoder = new TextDecoder();
    let unread = '';
    for await (const chunk of response.body ?? []) {
      const text = decoder.decode(chunk, { stream: true });
      this.raw += text;
      const events = (unread + text).split('\n\n');
      unread = events.pop() ?? '';
      for (const event of events) this.#take(event);
    }
  }

  #take(event: string): void {
    const [, kind, content] = /^event: (\w+)\ndata: (.*)$/.exec(event) ?? [];
    if (kind === 'state') this.states.push(JSON.parse(content ?? ''));
    if (kind === 'wire') this.lines.push(JSON.parse(content ?? ''));
  }
}

export function post(url: string, path: string, wish: object): Promise<Response> {
  return fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(wish),
  });
}

/** What the module's page asks the CRM for, by POST. */
export async function act(url: string, agent: string, params: Record<string, string>): Promise<unknown> {
  const response = await fetch(`${url}/as/${agent}/index.php`, {
    method: 'POST',
    headers: { 'x-requested-with': 'XMLHttpRequest' },
    body: new URLSearchParams({ module: 'AsteriskConnector', ...params }),
  });
  return response.json();
}
