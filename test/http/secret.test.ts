import { describe, expect, it } from 'vitest';
import { SecretCheck } from '../../src/http/secret.ts';

function start() {
  const time = { now: 0 };
  const check = new SecretCheck(['right'], () => time.now);
  const wrong = (address: string, times: number) => {
    for (let n = 0; n < times; n += 1) check.judge(address, `wrong ${n}`);
  };
  return { time, check, wrong };
}

describe('one who guesses', () => {
  it('is not listened to for a minute after ten wrong ones', () => {
    const { time, check, wrong } = start();
    wrong('a', 9);
    expect(check.judge('a', 'wrong')).toBe('wrong');
    expect([check.judge('a', 'right'), check.judge('a', null)]).toEqual(['locked', 'locked']);
    time.now = 59_999;
    expect(check.judge('a', 'right')).toBe('locked');
    time.now = 60_000;
    expect(check.judge('a', 'right')).toBe('right');
  });

  it('does not shut out whom he shares an address with, who has shown the right one', () => {
    const { time, check, wrong } = start();
    expect(check.judge('a', 'right')).toBe('right');
    time.now = 3_600_000;
    wrong('a', 100);
    expect([check.judge('a', 'wrong'), check.judge('a', 'right')]).toEqual(['locked', 'right']);
  });

  it('has no more than 600 tries a minute there', () => {
    const { time, check, wrong } = start();
    check.judge('a', 'right');
    wrong('a', 600);
    expect(check.judge('a', 'right')).toBe('locked');
    time.now = 60_000;
    expect(check.judge('a', 'right')).toBe('right');
  });

  it('is a stranger again a day after the right one', () => {
    const { time, check, wrong } = start();
    check.judge('a', 'right');
    time.now = 24 * 3_600_000;
    wrong('a', 10);
    expect(check.judge('a', 'right')).toBe('locked');
  });

  it('has one lock for his whole network of IPv6', () => {
    const { check, wrong } = start();
    for (let n = 0; n < 10; n += 1) wrong(`2001:db8:0:1::${n}`, 1);
    expect(check.judge('2001:db8:0:1:ffff::1', 'right')).toBe('locked');
    expect(check.judge('2001:db8::1:0:0:0:1', 'right')).toBe('locked');
    expect(check.judge('2001:db8:0:2::1', 'right')).toBe('right');
  });

  it.each(['::1', '::', '1::', 'fe80::1%eth0', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:1.2.3.4', '', 'x'])(
    'from %j too',
    (address) => {
      const { check, wrong } = start();
      wrong(address, 10);
      expect([check.judge(address, 'right'), check.judge('192.0.2.1', 'right')]).toEqual(['locked', 'right']);
    },
  );
});

describe('a million addresses', () => {
  it('take no more memory than a thousand, and lock nobody else out', () => {
    const { check, wrong } = start();
    check.judge('crm', 'right');
    const before = process.memoryUsage().heapUsed;
    for (let n = 0; n < 1_000_000; n += 1) check.judge(`${n}`, 'wrong');
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(100 * 2 ** 20);
    wrong('crm', 20);
    expect(check.judge('crm', 'right')).toBe('right');
  }, 60_000);
});
