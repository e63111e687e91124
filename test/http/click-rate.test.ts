import { afterEach, expect, it } from 'vitest';
import { ask } from './request.ts';
import { encodedSecret, type Serving, serve } from './serving.ts';

let serving: Serving;
afterEach(() => serving.server.close());

const click = async (from: string | number, to: number) => {
  const query = `event=OutgoingCall&secret=${encodedSecret}&from=${from}&to=${to}`;
  return (await ask(serving.port, `/makecall?${query}`, { headers: { accept: 'application/json' } })).text;
};

it('a phone is rung six times within ten seconds, not more, whatever number is asked for', async () => {
  serving = await serve();
  for (let n = 0; n < 6; n += 1) expect(await click(101, 84951110000 + n)).toMatch(/Success/);
  expect(JSON.parse(await click(101, 84951110099))).toEqual({
    result: 'Error',
    reason: 'refused',
    why: 'over 6 clicks of 101 within 10 s',
  });
  expect(await click(102, 84951110099)).toMatch(/Success/);
  serving.pass(10_000);
  expect(await click(101, 84951110099)).toMatch(/Success/);
});

it('all phones together as often as is allowed, saved up for ten seconds', async () => {
  serving = await serve();
  for (let n = 0; n < 60; n += 1) expect(await click(200 + n, 84951110000)).toMatch(/Success/);
  expect(await click(300, 84951110000)).toMatch(/over 6 clicks a second for 10 s/);
  expect(serving.placed).toHaveLength(60);
  serving.pass(1000);
  for (let n = 0; n < 6; n += 1) expect(await click(400 + n, 84951110000)).toMatch(/Success/);
  expect(await click(500, 84951110000)).toMatch(/over 6 clicks a second/);
});

it('what is told twice is one click, and what was not placed is none', async () => {
  let isUp = false;
  serving = await serve({ placeCall: () => (isUp ? { placed: true, click: 'c' } : { placed: false, why: 'no link' }) });
  for (let n = 0; n < 10; n += 1) expect(await click(101, 84951110000)).toMatch(/unreachable/);
  isUp = true;
  for (let n = 0; n < 10; n += 1) expect(await click(101, 84951110000)).toMatch(/Success/);
});
