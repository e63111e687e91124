import type { Dispatcher } from 'undici';
import { beforeEach, expect, test } from 'vitest';
import { Deadlines } from '../../src/crm/deadlines.ts';
import { Exchange } from '../../src/crm/exchange.ts';

let told: unknown[];
let aborted: Error[];
let exchange: Exchange;
const controller = { abort: (reason: Error) => void aborted.push(reason) } as Dispatcher.DispatchController;

beforeEach(() => {
  told = [];
  aborted = [];
  exchange = new Exchange(
    new Deadlines(60_000),
    (reply) => void told.push(reply),
    (fault) => void told.push(fault),
  );
});

test('an answer of several chunks, with a letter cut in two', () => {
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 103, { location: '/early' });
  exchange.onResponseStart(controller, 200, {});
  const bytes = Buffer.from('ответ');
  exchange.onResponseData(controller, bytes.subarray(0, 3));
  exchange.onResponseData(controller, bytes.subarray(3));
  exchange.onResponseEnd();
  expect(told).toEqual([{ status: 200, location: null, body: 'ответ' }]);
});

test('of two locations none is to be believed', () => {
  exchange.onResponseStart(controller, 302, { location: ['/a', '/b'] });
  exchange.onResponseEnd();
  expect(told).toMatchObject([{ status: 302, location: null }]);
});

test('a long answer is cut, and its connection ended once the parser is done with what it has', async () => {
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 200, {});
  exchange.onResponseData(controller, Buffer.alloc(65_000, 'x'));
  exchange.onResponseData(controller, Buffer.alloc(65_000, 'x'));
  expect(aborted).toEqual([]);
  exchange.onResponseData(controller, Buffer.alloc(10, 'y'));
  await Promise.resolve();
  expect(aborted).toHaveLength(1);
  exchange.onResponseError(controller, aborted[0] as Error);
  expect(told).toEqual([{ status: 200, location: null, body: 'x'.repeat(65_536) }]);
});

test('one whose time is over before it has a connection was not sent, and is not sent later', () => {
  exchange.expire();
  expect(told).toMatchObject([{ code: 'UND_ERR_CONNECT_TIMEOUT' }]);
  exchange.onRequestStart(controller);
  expect(aborted).toMatchObject([{ name: 'TimeoutError' }]);
  exchange.onResponseError(controller, aborted[0] as Error);
  expect(told).toHaveLength(1);
});

test('one whose time is over on its way is ended, and what comes after is of no account', () => {
  exchange.onRequestStart(controller);
  exchange.onResponseStart(controller, 200, {});
  exchange.expire();
  exchange.onResponseData(controller, Buffer.from('late'));
  exchange.onResponseEnd();
  expect(told).toMatchObject([{ name: 'TimeoutError' }]);
  expect(aborted).toEqual(told);
});

test('a judgement that fails is an end, too', () => {
  const faults: unknown[] = [];
  const fault = new Error('broken');
  exchange = new Exchange(
    new Deadlines(60_000),
    () => {
      throw fault;
    },
    (failed) => void faults.push(failed),
  );
  exchange.onResponseEnd();
  expect(faults).toEqual([fault]);
});
