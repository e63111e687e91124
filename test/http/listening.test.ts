import { afterEach, expect, it } from 'vitest';
import { Authority } from './certificates.ts';
import { type Serving, serve } from './serving.ts';

let serving: Serving;
afterEach(() => serving.server.close());

const warnings = () => serving.log.filter(({ level }) => level === 'warn').map(({ text }) => text);

it.each(['0.0.0.0', '::'])('on %s it says who reaches it, once', async (address) => {
  serving = await serve({}, { address });
  expect(warnings()).toHaveLength(1);
  expect(warnings()[0]).toMatch(
    /^http\.bind is .*nothing but crm\.token, and what passes is not encrypted\. .*container/,
  );
});

it('with TLS it does not say that nothing is encrypted', async () => {
  const authority = await Authority.make();
  serving = await serve({}, { address: '0.0.0.0', tls: await authority.issue('IP:127.0.0.1') });
  expect(warnings()[0]).toMatch(/nothing but crm\.token\. /);
  await authority.remove();
});

it.each(['127.0.0.1', '::1', 'localhost'])('on %s there is nothing to say', async (address) => {
  serving = await serve({}, { address });
  expect(warnings()).toEqual([]);
});
