import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { liveToken } from './live-listeners.ts';

const resources = 'vtiger-module/layouts/v7/modules/AsteriskConnector/resources';

/** A CRM of one page, with the module's own scripts in it, and the web server before it that passes the live channel on. */
export class PopupPage {
  readonly #server: Server;
  readonly #connector: number;
  readonly #script: string;
  readonly #extension: string;

  private constructor(connector: number, extension: string, script: string) {
    this.#connector = connector;
    this.#extension = extension;
    this.#script = script;
    this.#server = createServer((asked, answer) => this.#answer(asked, answer));
  }

  static async serve(connector: number, extension: string): Promise<PopupPage> {
    const { scripts } = JSON.parse(await readFile(join(resources, 'bundle.json'), 'utf8')) as { scripts: string[] };
    const parts = await Promise.all(scripts.map((name) => readFile(join(resources, name), 'utf8')));
    const page = new PopupPage(connector, extension, parts.join('\n'));
    page.#server.listen(0, '127.0.0.1');
    await once(page.#server, 'listening');
    return page;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/`;
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  #answer(asked: IncomingMessage, answer: ServerResponse): void {
    const { pathname, searchParams } = new URL(asked.url ?? '/', this.url);
    const bearer = { authorization: `Bearer ${searchParams.get('token') ?? asked.headers['x-asterisk-token']}` };
    if (pathname === '/asterisk-live/live') this.#passOn('/live', bearer, answer);
    else if (pathname.endsWith('/poll.php')) this.#passOn('/live/calls', bearer, answer);
    else if (pathname === '/index.php') answer.end(JSON.stringify(this.#act(searchParams.get('action'))));
    else answer.setHeader('Content-Type', 'text/html; charset=utf-8').end(this.#html);
  }

  #act(action: string | null): object {
    const user = { extension: this.#extension, mayCall: true, callsElsewhere: false };
    const preferences = { popup: 'ring', outgoing: false, sound: false };
    const paths = { pollUrl: 'modules/AsteriskConnector/poll.php', pushUrl: 'asterisk-live/live' };
    const live = {
      ...{ token: liveToken(this.#extension), expiresIn: 3_600, ...paths },
      user: { ...user, ...preferences },
    };
    const customer = { customer: null, others: 0, hidden: false, mayCreate: [], transferredByName: '' };
    return { success: true, result: action === 'Live' ? live : customer };
  }

  #passOn(path: string, headers: { readonly authorization: string }, answer: ServerResponse): void {
    const own = request({ host: '127.0.0.1', port: this.#connector, path, headers, agent: false }, (given) => {
      answer.writeHead(given.statusCode ?? 502, { 'Content-Type': given.headers['content-type'] ?? 'text/plain' });
      answer.flushHeaders();
      given.pipe(answer);
    });
    own.on('error', () => answer.destroy());
    own.end();
    answer.on('close', () => own.destroy());
  }

  get #html(): string {
    return `<!doctype html><html><head><meta charset="utf-8"><base href="/"><link rel="icon" href="data:,">
<script>window._USERMETA = { id: 5 };</script><script>${this.#script}</script></head>
<body data-language="en_us"><div id="navbar"><ul class="navbar-nav"></ul></div></body></html>`;
  }
}
