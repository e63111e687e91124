import { readFile } from 'node:fs/promises';
import { extname } from 'node:path';
import type { Context } from 'koa';

const folder = new URL('./page/', import.meta.url);

const types: Readonly<Record<string, string>> = { '.html': 'html', '.css': 'css', '.js': 'js' };

/** Everything comes from here, nothing from elsewhere, and no script stands in the page itself. */
const policy = "default-src 'self'; img-src data:; base-uri 'self'; form-action 'none'; frame-ancestors 'none'";

/** One file of the page, as it is on disk now: who works on the page only reloads. */
export async function pageFile(context: Context, name: string): Promise<void> {
  const type = types[extname(name)];
  if (type === undefined || !/^[a-z-]+\.[a-z]+$/.test(name)) return;
  const body = await readFile(new URL(name, folder), 'utf8').catch(() => null);
  if (body === null) return;
  context.type = type;
  context.set('Content-Security-Policy', policy);
  context.set('X-Content-Type-Options', 'nosniff');
  context.set('Cache-Control', 'no-cache');
  context.body = body;
}
