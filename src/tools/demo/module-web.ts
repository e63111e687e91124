import { Readable } from 'node:stream';
import type { Router } from '@koa/router';
import type { Context } from 'koa';
import type { Crm } from './crm.ts';
import type { Module } from './module.ts';
import { moduleFile, moduleFilePath } from './module-files.ts';
import { agentOf } from './office.ts';
import type { CrmUser } from './pbxmanager-row.ts';
import { readBody } from './request-body.ts';

export interface ModuleWebParts {
  readonly crm: Crm;
  readonly module: Module;
  readonly connectorUrl: () => string;
}

type Params = Readonly<Record<string, string>>;

/**
 * The addresses that the module has in a CRM. Each agent's page has them under a path of its own, as here nobody logs in:
 * two windows may be two agents.
 */
export function addModuleRoutes(router: Router, parts: ModuleWebParts): void {
  router.get(`${moduleFilePath}/:file`, bundle);
  router.get('/as/:agent/index.php', (context) => act(context, parts, Object.fromEntries(context.URL.searchParams)));
  router.post('/as/:agent/index.php', async (context) => {
    // No page of another site can send this header here without being asked about it.
    if (context.get('x-requested-with') === '') context.throw(403, 'X-Requested-With is missing');
    await act(context, parts, Object.fromEntries(new URLSearchParams(await readBody(context.req))));
  });
  router.get('/as/:agent/modules/AsteriskConnector/poll.php', (context) => poll(context, parts));
  router.get('/as/:agent/asterisk-live/live', (context) => push(context, parts));
}

async function bundle(context: Context): Promise<void> {
  const name = String(context['params'].file);
  const body = await moduleFile(name);
  if (body === null) return;
  context.type = name.endsWith('.js') ? 'js' : 'css';
  context.set('Cache-Control', 'no-cache');
  context.body = body;
}

async function act(context: Context, parts: ModuleWebParts, params: Params): Promise<void> {
  const user = agentOf(context['params'].agent);
  context.assert(user, 404);
  if (params['module'] !== 'AsteriskConnector') return openCard(context, params);
  if (params['action'] === 'Recording') return recording(context, parts.crm, params);
  const result = await answer(params, user, context.method, parts.module);
  context.assert(result, 404);
  context.body =
    'refused' in result ? { success: false, error: { message: result.refused } } : { success: true, result };
}

function answer(params: Params, user: CrmUser, method: string, module: Module): object | Promise<object> | undefined {
  const asked: Readonly<Record<string, () => object | Promise<object>>> = {
    'GET Live': () => module.live(user),
    'GET Customer': () => module.customer(params),
    'POST SaveCustomer': () => module.save(params, user),
    'POST Link': () => module.link(params),
    'POST Preferences': () => module.keepPreferences(params, user),
    'POST Click': () => module.click(params, user),
  };
  return asked[`${method} ${params['action']}`]?.();
}

/** The demo has one page; a customer's card is a place on it. */
function openCard(context: Context, params: Params): void {
  const agent = encodeURIComponent(String(context['params'].agent));
  context.redirect(`/?agent=${agent}#customer-${encodeURIComponent(params['record'] ?? '')}`);
}

const passedOn = ['content-type', 'content-length', 'content-range', 'accept-ranges', 'etag', 'last-modified'];

async function recording(context: Context, crm: Crm, params: Params): Promise<void> {
  const found = await crm.listen(Number(params['record']), context.get('range') || undefined);
  if (found === null) {
    context.status = 404;
    context.body = { reason: 'missing', message: 'This call has no recording.' };
    return;
  }
  context.status = found.status;
  context.body = found.body === null ? '' : Readable.fromWeb(found.body);
  for (const name of passedOn) {
    const value = found.headers.get(name);
    if (value !== null) context.set(name, value);
  }
  if (params['download'] === '1') context.attachment(`call-${Number(params['record'])}.wav`);
}

async function poll(context: Context, { connectorUrl }: ModuleWebParts): Promise<void> {
  const headers = { authorization: `Bearer ${context.get('x-asterisk-token')}` };
  const response = await fetch(`${connectorUrl()}/live/calls`, { headers }).catch(() => null);
  context.status = response === null ? 502 : response.status;
  context.body = response === null ? { error: 'connector-unreachable' } : await response.json();
}

/** What a web server before the CRM does: passes the stream on as it comes. */
async function push(context: Context, { connectorUrl }: ModuleWebParts): Promise<void> {
  const left = new AbortController();
  context.req.on('close', () => left.abort());
  const token = encodeURIComponent(String(context.query['token'] ?? ''));
  const response = await fetch(`${connectorUrl()}/live?token=${token}`, { signal: left.signal }).catch(() => null);
  context.assert(response?.body, 502);
  context.status = response.status;
  context.type = response.headers.get('content-type') ?? 'text/plain';
  context.set('Cache-Control', 'no-store');
  const stream = Readable.fromWeb(response.body);
  // The connector has stopped, or the page is gone.
  stream.on('error', () => context.res.destroy());
  context.body = stream;
}
