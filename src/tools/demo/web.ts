import { readFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { Router } from '@koa/router';
import Koa, { type Context } from 'koa';
import type { Crm } from './crm.ts';
import type { Live } from './live.ts';
import { agentOf, agents, customerOf, customers, shownNumber } from './office.ts';
import { pageFile } from './page-file.ts';
import type { Pbx } from './pbx.ts';
import { isClick, isInbound } from './scenarios.ts';
import { packageRoot } from './scene.ts';

export interface WebParts {
  readonly crm: Crm;
  readonly pbx: Pbx;
  readonly live: Live;
  /** Told of a request that failed by our own fault. */
  readonly onFault: (fault: unknown) => void;
}

export const callbackPath = '/modules/PBXManager/callbacks/PBXManager.php';

/** The CRM's web server: PBXManager for the connector, a page for people. */
export function createWeb(parts: WebParts): Koa {
  const app = new Koa();
  app.on('error', (fault: NodeJS.ErrnoException & { readonly expose?: boolean }) => {
    // A request that was refused, or a page that was closed while it was told something.
    const left = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'].includes(fault.code ?? '');
    if (!left && fault.expose !== true) parts.onFault(fault);
  });
  const router = new Router();
  router.post(callbackPath, (context) => receive(context, parts));
  router.get('/', (context) => pageFile(context, 'index.html'));
  router.get('/page/:file', (context) => pageFile(context, context.params['file'] ?? ''));
  router.get('/office', (context) => {
    context.body = { agents, customers };
  });
  router.get('/events', (context) => openEvents(context, parts));
  router.post('/call', (context) => call(context, parts));
  router.post('/click', (context) => click(context, parts));
  router.get('/listen', (context) => listen(context, parts));
  router.get('/readme', readme);
  app.use(router.routes());
  app.use(router.allowedMethods());
  return app;
}

async function receive(context: Context, { crm }: WebParts): Promise<void> {
  const reply = crm.receive(Object.fromEntries(new URLSearchParams(await readBody(context.req))));
  context.status = reply.status;
  context.type = reply.contentType;
  context.body = reply.body;
}

function openEvents(context: Context, { live }: WebParts): void {
  context.type = 'text/event-stream';
  context.set('Cache-Control', 'no-store');
  context.body = live.open(agentOf(context.query['agent'])?.extension ?? '101');
}

async function call(context: Context, { pbx }: WebParts): Promise<void> {
  const wish = await readJson(context);
  const [agent, customer] = [agentOf(wish['agent']), customerOf(wish['customer'])];
  context.assert(isInbound(wish['scenario']), 400, 'scenario: none of the inbound ones');
  context.assert(agent, 400, 'agent: 101, 102 or 103');
  context.assert(customer, 400, 'customer: the id of one');
  const next = customers[(customers.indexOf(customer) + 1) % customers.length] ?? customer;
  pbx.call(wish['scenario'], agent.extension, [shownNumber(customer), shownNumber(next)]);
  context.status = 202;
}

async function click(context: Context, { pbx, crm }: WebParts): Promise<void> {
  const wish = await readJson(context);
  const [agent, customer] = [agentOf(wish['agent']), customerOf(wish['customer'])];
  context.assert(isClick(wish['scenario']), 400, 'scenario: none of those that follow a click');
  context.assert(agent, 400, 'agent: 101, 102 or 103');
  context.assert(customer, 400, 'customer: the id of one');
  pbx.clicks.set(agent.extension, wish['scenario']);
  context.body = { placed: await crm.click(agent.extension, customer.number) };
}

const passedOn = ['content-type', 'content-length', 'content-range', 'accept-ranges', 'etag', 'last-modified'];

async function listen(context: Context, { crm }: WebParts): Promise<void> {
  const found = await crm.listen(Number(context.query['id']), context.get('range') || undefined);
  context.assert(found?.body, 404, 'This call has no recording.');
  context.status = found.status;
  context.body = Readable.fromWeb(found.body);
  for (const name of passedOn) {
    const value = found.headers.get(name);
    if (value !== null) context.set(name, value);
  }
}

async function readme(context: Context): Promise<void> {
  const names = context.query['language'] === 'ru' ? ['README.ru.md', 'README.md'] : ['README.md'];
  for (const name of names) {
    const text = await readFile(join(packageRoot, name), 'utf8').catch(() => null);
    if (text === null) continue;
    // As text: a browser would save what it is told to be Markdown.
    context.type = 'text/plain; charset=utf-8';
    context.body = text;
    return;
  }
}

const maximumBodyBytes = 64 * 1024;

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    size += (chunk as Buffer).length;
    if (size <= maximumBodyBytes) chunks.push(chunk as Buffer);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** Only JSON that says it is JSON: no page of another site can send that here. */
async function readJson(context: Context): Promise<Record<string, unknown>> {
  context.assert(context.is('json'), 415, 'A body of application/json');
  const text = await readBody(context.req);
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    context.throw(400, 'The body is no JSON');
  }
}
