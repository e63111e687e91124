import { createReadStream, statSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import Koa from 'koa';

/** Koa and a file's stream, and nothing between them: `koa-recording FILE`. */
const [file = ''] = process.argv.slice(2);
const app = new Koa();
app.use((context) => {
  const { size } = statSync(file);
  const [, first = 0, last = size - 1] = /^bytes=(\d+)-(\d+)$/.exec(context.get('Range')) ?? [];
  const [start, end] = [Number(first), Number(last)];
  context.status = end - start + 1 === size ? 200 : 206;
  context.type = 'audio/wav';
  context.length = end - start + 1;
  context.body = createReadStream(file, { start, end });
});
const server = app.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port));
