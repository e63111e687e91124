import { expect, it } from 'vitest';
import { RefusalLog } from '../../src/http/refusal-log.ts';
import { rememberingLog } from '../doubles/silent-log.ts';

function start() {
  const log = rememberingLog();
  const time = { now: 0 };
  const refusals = new RefusalLog(log, () => time.now);
  const told = () => log.lines.splice(0).map(({ text, fields }) => `${text} ${JSON.stringify(fields)}`);
  return { refusals, time, told };
}

it('tells the first of each address and reason at once, and the others by their number', () => {
  const { refusals, time, told } = start();
  for (const [reason, from] of [
    ['a', '1'],
    ['a', '1'],
    ['b', '1'],
    ['a', '2'],
    ['a', '1'],
  ] as const)
    refusals.refused(reason, from);
  expect(told()).toEqual(['a {"address":"1"}', 'b {"address":"1"}', 'a {"address":"2"}']);
  time.now = 59_999;
  refusals.sumUp();
  expect(told()).toEqual([]);
  time.now = 60_000;
  refusals.sumUp();
  expect(told()).toEqual(['a: 2 more within a minute {"address":"1"}']);
});

it('counts those of very many addresses together', () => {
  const { refusals, told } = start();
  for (let n = 0; n < 1000; n += 1) refusals.refused('a', `10.0.0.${n}`);
  expect(told()).toHaveLength(101);
  refusals.refused('a', '10.0.0.7');
  refusals.sumUp(true);
  expect(told()).toEqual([
    'a: 1 more within a minute {"address":"10.0.0.7"}',
    'a: 899 more within a minute {"address":"other addresses"}',
  ]);
});
