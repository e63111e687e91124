import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Router } from '@koa/router';
import Koa, { type Context } from 'koa';
import type { Crm } from './crm.ts';
import type { Live } from './live.ts';
import type { Module } from './module.ts';
import { addModuleRoutes } from './module-web.ts';
import { agentOf, agents, callerOf, customers, shownNumber, stranger } from './office.ts';
import { pageFile } from './page-file.ts';
import type { Pbx } from './pbx.ts';
import { readBody } from './request-body.ts';
import { isClick, isInbound } from './scenarios.ts';
import { packageRoot } from './scene.ts';

export interface WebParts {
  readonly crm: Crm;
  readonly pbx: Pbx;
  readonly live: Live;
  readonly module: Module;
  readonly connectorUrl: () => string;
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
    context.body = { agents, customers, stranger };
  });
  router.get('/events', (context) => openEvents(context, parts));
  router.post('/call', (context) => call(context, parts));
  router.post('/outcome', (context) => chooseOutcome(context, parts));
  router.get('/readme', readme);
  addModuleRoutes(router, parts);
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
  const [agent, customer] = [agentOf(wish['agent']), callerOf(wish['customer'])];
  context.assert(isInbound(wish['scenario']), 400, 'scenario: none of the inbound ones');
  context.assert(agent, 400, 'agent: 101, 102 or 103');
  context.assert(customer, 400, 'customer: the id of one');
  const next = customers[(customers.indexOf(customer) + 1) % customers.length] ?? customer;
  pbx.call(wish['scenario'], agent.extension, [shownNumber(customer), shownNumber(next)]);
  context.status = 202;
}

/** What follows the next clicks of an agent. */
async function chooseOutcome(context: Context, { pbx }: WebParts): Promise<void> {
  const wish = await readJson(context);
  const agent = agentOf(wish['agent']);
  context.assert(isClick(wish['scenario']), 400, 'scenario: none of those that follow a click');
  context.assert(agent, 400, 'agent: 101, 102 or 103');
  pbx.clicks.set(agent.extension, wish['scenario']);
  context.status = 204;
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
