import { describe, expect, test } from 'vitest';
import { createLanes, type Lanes } from '../../src/outbox/lanes.ts';
import { type Course, type CrmUnderLoad, course, type Trial } from './crm-under-load.ts';

const always = (count: number) => () => count;
/** Evenly spread by a part of it to either side. */
const about = (ms: number, part: number) => (_: number, random: () => number) => ms * (1 + part * (2 * random() - 1));
const unlimited = always(Number.MAX_SAFE_INTEGER);
const far: CrmUnderLoad = { servers: unlimited, work: always(500) };
const seeds = Array.from({ length: 20 }, (_, index) => index + 1);

const courses = (crm: CrmUnderLoad, trial: Trial, runs = 20) =>
  seeds.slice(0, runs).map((seed) => course(crm, { ...trial, seed }));
const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

/** Of the seconds from one to another: what was done in each on average, how long it took, how many lanes there were. */
function between(from: number, to: number, { done, took, allowed }: Course) {
  const seconds = done.slice(from, to);
  const ms = sum(seconds.map((count, index) => (count === 0 ? 0 : count * (took[from + index] as number))));
  return { rate: mean(seconds), ms: ms / sum(seconds), lanes: mean(allowed.slice(from, to)) };
}

describe('a CRM that is far away', () => {
  test('is given all lanes within five seconds, and keeps them', () => {
    const far60 = course(far, { seconds: 60 });
    expect(far60.allowed.slice(0, 5)).toContain(64);
    expect(between(10, 60, far60).rate).toBeGreaterThan(0.95 * 128);
  });

  test('also when it takes now more, now less', () => {
    for (const run of courses({ ...far, work: about(500, 0.3) }, { seconds: 60 })) {
      expect(run.allowed.slice(0, 8)).toContain(64);
      expect(between(12, 60, run).rate).toBeGreaterThan(0.93 * 128);
    }
  });

  test('also when some answers take twenty times as long', () => {
    const tail = { ...far, work: (_: number, random: () => number) => (random() < 0.03 ? 2_000 : 100) };
    // Of 64 lanes as many as those take are of no use.
    for (const run of courses(tail, { seconds: 60 })) expect(between(12, 60, run).rate).toBeGreaterThan(0.75 * 408);
  });

  test('has as many as its load asks for, and not all', () => {
    const run = course(far, { seconds: 120, offered: always(20) });
    expect(between(60, 120, run).rate).toBeGreaterThan(18);
    expect(between(60, 120, run).lanes).toBeLessThan(40);
  });
});

describe('a CRM at its limit', () => {
  test.each([1, 2])('on %i cores is left at about the least, and loses nothing by it', (cores) => {
    for (const part of [0, 0.3]) {
      for (const run of courses({ servers: always(cores), work: about(25, part) }, { seconds: 60 })) {
        const { rate, lanes, ms } = between(10, 60, run);
        expect(rate).toBeGreaterThan(0.97 * cores * 40);
        expect(lanes).toBeLessThanOrEqual(4);
        expect(ms).toBeLessThan(100);
        expect(Math.max(...run.allowed.slice(10))).toBeLessThanOrEqual(8);
      }
    }
  });

  test('on eight is given about as many as it works on, and answers at most twice as slowly', () => {
    for (const part of [0, 0.3]) {
      for (const run of courses({ servers: always(8), work: about(25, part) }, { seconds: 60 })) {
        const { rate, lanes, ms } = between(10, 60, run);
        expect(rate).toBeGreaterThan(0.85 * 320);
        expect(ms).toBeLessThan(50);
        expect(lanes).toBeLessThan(16);
      }
    }
  });

  test('far away as well: the way there is no reason for fewer', () => {
    const crm = { servers: always(2), work: about(25, 0.3), away: about(100, 0.3) };
    for (const run of courses(crm, { seconds: 60 })) {
      const { rate, ms } = between(10, 60, run);
      expect(rate).toBeGreaterThan(0.9 * 80);
      expect(ms).toBeLessThan(2 * 125);
    }
  });

  test('is found out after a quiet time, too', () => {
    const quietFirst = (second: number) => (second < 20 ? 2 : 200);
    for (const run of courses({ servers: always(2), work: about(25, 0.3) }, { seconds: 60, offered: quietFirst })) {
      expect(between(25, 60, run).lanes).toBeLessThanOrEqual(4);
      expect(between(25, 60, run).rate).toBeGreaterThan(0.97 * 80);
    }
  });
});

describe('a CRM that changes', () => {
  test('by nature slower: keeps its lanes; and quicker again', () => {
    const isSlow = (second: number) => second >= 20 && second < 60;
    const work = (second: number, random: () => number) => about(isSlow(second) ? 500 : 25, 0.3)(second, random);
    // Two thousand a second take the time that they take.
    for (const run of courses({ servers: unlimited, work }, { seconds: 90 }, 5)) {
      expect(between(10, 20, run).rate).toBeGreaterThan(0.9 * 2_560);
      expect(between(30, 60, run).rate).toBeGreaterThan(0.9 * 128);
      expect(between(65, 90, run).rate).toBeGreaterThan(0.9 * 2_560);
    }
  });

  test('to a thirtieth of what it could do, and back: follows within half a minute', () => {
    const servers = (second: number) => (second >= 20 && second < 80 ? 2 : 64);
    for (const run of courses({ servers, work: about(100, 0.3) }, { seconds: 110 })) {
      expect(between(50, 80, run).lanes).toBeLessThanOrEqual(16);
      expect(between(50, 80, run).rate).toBeGreaterThan(0.9 * 20);
      expect(between(90, 110, run).rate).toBeGreaterThan(0.9 * 640);
    }
  });

  test('by nature quicker, but at its limit now: a base of slower days does not hold', () => {
    const isFar = (second: number) => second < 20;
    const servers = (second: number) => (isFar(second) ? Number.MAX_SAFE_INTEGER : 2);
    const away = (second: number, random: () => number) => (isFar(second) ? about(475, 0.3)(second, random) : 0);
    for (const run of courses({ servers, work: about(25, 0.3), away }, { seconds: 80 })) {
      expect(run.allowed[18]).toBe(64);
      expect(between(45, 80, run).lanes).toBeLessThanOrEqual(8);
    }
  });

  test('and fails for a while: begins anew with the least', () => {
    const run = course({ ...far, isDown: (second) => second >= 10 && second < 20 }, { seconds: 40 });
    expect(run.allowed.slice(10, 20)).toEqual(Array(10).fill(2));
    expect(between(30, 40, run).rate).toBeGreaterThan(0.95 * 128);
  });

  test('when the load is gone, what was won goes slowly', () => {
    const run = course(far, { seconds: 400, offered: (second) => (second < 20 ? 200 : 4) });
    expect(Math.max(...run.allowed)).toBe(64);
    const { allowed } = run;
    const quiet = allowed.slice(allowed.lastIndexOf(64) + 1);
    expect(quiet[10]).toBeGreaterThan(40);
    expect(allowed.at(-1)).toBeLessThan(10);
  });
});

describe('the rule', () => {
  /** As many answers as bring about a change. */
  function answers(lanes: Lanes, ms: number, count: number, underWay: () => number = () => lanes.allowed): void {
    for (let index = 0; index < count; index += 1) lanes.answered(ms, underWay(), true);
  }

  test('begins with the least, and stays within its limits', () => {
    const lanes = createLanes({ least: 3, most: 10 });
    expect(lanes.allowed).toBe(3);
    answers(lanes, 100, 1_000);
    expect(lanes.allowed).toBe(10);
    for (let failure = 0; failure < 5; failure += 1) lanes.failed();
    expect(lanes.allowed).toBe(3);
  });

  test('with as many at most as at least there is nothing to choose', () => {
    const lanes = createLanes({ least: 4, most: 4 });
    for (const ms of [10, 1_000, 10, 5]) {
      answers(lanes, ms, 200);
      expect(lanes.allowed).toBe(4);
    }
    answers(lanes, 1_000, 200, () => 8);
    expect(lanes.allowed).toBe(4);
  });

  test('while nothing waits no more are allowed', () => {
    const lanes = createLanes({ least: 2, most: 64 });
    for (let index = 0; index < 1_000; index += 1) lanes.answered(100, 2, false);
    expect(lanes.allowed).toBe(2);
  });

  test('one failure halves, a second one soon after leaves the least', () => {
    const lanes = createLanes({ least: 2, most: 64 });
    answers(lanes, 500, 400);
    expect(lanes.allowed).toBe(64);
    lanes.failed();
    expect(lanes.allowed).toBe(32);
    answers(lanes, 500, 400);
    lanes.failed();
    expect(lanes.allowed).toBe(32);
    lanes.failed();
    expect(lanes.allowed).toBe(2);
  });

  test('a base that cannot be measured, as some hang, is not waited for without end', () => {
    const lanes = createLanes({ least: 2, most: 64 });
    answers(lanes, 500, 400);
    const seen: number[] = [];
    for (let index = 0; index < 2_000; index += 1) {
      lanes.answered(2_000, 40 + lanes.allowed, true);
      if (lanes.allowed !== seen.at(-1)) seen.push(lanes.allowed);
    }
    expect(seen.slice(0, 6)).toEqual([64, 8, 64, 8, 64, 8]);
  });

  test('one answer in sixteen that hangs for a while takes no lane away', () => {
    const lanes = createLanes({ least: 2, most: 64 });
    let before = 0;
    for (let index = 0; index < 2_000; index += 1) {
      lanes.answered(index % 16 === 15 ? 5_000 : 100, lanes.allowed, true);
      expect(lanes.allowed).toBeGreaterThanOrEqual(before);
      before = lanes.allowed;
      if (before === 64) return;
    }
    expect.fail(`only ${before} lanes`);
  });
});
