import { describe, expect, it } from 'vitest';
import type { Uniqueid } from '../../src/call/ids.ts';
import { claimOf } from '../../src/recordings/claim.ts';
import type { Recording } from '../../src/recordings/recording.ts';
import { linkedid, recordingOf, talk } from './legs.ts';

const path = '/m/OUT_21112026_01-43_101_79211019012.wav';
const at = 1_000_000;

/** Begun at `createdAt`; one talked in it until `until`; null: nobody did. */
function one(call: string, createdAt: number, until: number | null, more: Partial<Recording> = {}): Recording {
  const talks = until === null ? [] : [talk(linkedid(call), '101', createdAt + 1000, until)];
  return recordingOf(call, path, { createdAt, talks, closedAt: (until ?? createdAt) + 2000, ...more });
}

/** It goes on: nothing is known of its end. */
const open = (call: string, createdAt: number, more: Partial<Recording> = {}) =>
  one(call, createdAt, null, { state: 'recording', closedAt: null, ...more });
/** Told of by a Cdr when the call ended. */
const cdr = (call: string, begun: number, until: number) =>
  one(call, begun, until, {
    from: 'cdr',
    createdAt: until + 2,
    talks: [talk(linkedid(call), '101', begun + 1000, until)],
  });

/** In both orders: what the database gives first must not matter. */
function claims(...files: Recording[]): string[] {
  const of = (sharing: Recording[]) =>
    files.map((file) => {
      const claim = claimOf(file, sharing, at);
      return claim.kind === 'own' ? 'own' : `${claim.kind} by ${claim.by}`;
    });
  expect(of([...files].reverse()).map((text) => text.replace(/ by.*/, ''))).toEqual(
    of(files).map((text) => text.replace(/ by.*/, '')),
  );
  return of(files);
}

describe('a file of one call', () => {
  it('is its own', () => {
    expect(claims(one('1', 0, 20_000))).toEqual(['own']);
    expect(claims(open('1', 0))).toEqual(['own']);
  });

  it('is its own though a channel of it has moved to another call and is told of there', () => {
    expect(claims(one('1', 0, 20_000), one('2', 21_000, 40_000, { channel: '1' as Uniqueid }))).toEqual(['own', 'own']);
  });

  it('is recorded over even where it is not known of which channel it was', () => {
    expect(claims(one('1', 0, 20_000, { channel: null }), one('2', 21_000, 40_000, { channel: null }))).toEqual([
      'overwritten by 2',
      'own',
    ]);
  });
});

describe('calls one after another into one file', () => {
  it('leave it to the last', () => {
    const three = [one('1', 0, 10_000), one('2', 10_100, 20_000), one('3', 20_100, 30_000)];
    expect(claims(...three)).toEqual(['overwritten by 2', 'overwritten by 3', 'own']);
  });

  it('leave it to the last as soon as that begins', () => {
    expect(claims(one('1', 0, 10_000), open('2', 10_100))).toEqual(['overwritten by 2', 'own']);
  });

  it('leave it to the last although nobody talked in it: the file is emptied', () => {
    expect(claims(one('1', 0, 10_000), one('2', 10_100, null))).toEqual(['overwritten by 2', 'own']);
  });

  it('leave it to the last where only Cdrs tell of it', () => {
    expect(claims(cdr('1', 0, 10_000), cdr('2', 11_000, 20_000))).toEqual(['overwritten by 2', 'own']);
    expect(claims(one('1', 0, 10_000), cdr('2', 11_000, 20_000))).toEqual(['overwritten by 2', 'own']);
    expect(claims(cdr('1', 0, 10_000), one('2', 11_000, 20_000))).toEqual(['overwritten by 2', 'own']);
  });

  it('leave it to the second if the first did not talk', () => {
    expect(claims(one('1', 0, null), one('2', 5000, 20_000))).toEqual(['overwritten by 2', 'own']);
  });
});

describe('calls at the same time into one file', () => {
  it('have their conversations mixed: it is nobody’s', () => {
    expect(claims(one('1', 0, 30_000), one('2', 10_000, 20_000))).toEqual(['overwritten by 2', 'overwritten by 1']);
    expect(claims(one('1', 0, 20_000), one('2', 10_000, 30_000))).toEqual(['overwritten by 2', 'overwritten by 1']);
    expect(claims(cdr('1', 0, 30_000), cdr('2', 10_000, 20_000))).toEqual(['overwritten by 2', 'overwritten by 1']);
    expect(claims(one('1', 5, 20_000), one('2', 5, 30_000))).toEqual(['overwritten by 2', 'overwritten by 1']);
  });

  it('are undecided while the first goes on, which may never come to a word', () => {
    expect(claims(open('1', 0), one('2', 10_000, 20_000))).toEqual(['overwritten by 2', 'undecided by 1']);
    expect(claims(one('1', 0, null, { closedAt: 30_000 }), one('2', 10_000, 20_000))).toEqual([
      'overwritten by 2',
      'own',
    ]);
  });

  it('are decided after a day, if the end of the first was never heard of', () => {
    const lost = open('1', at - 24 * 3_600_000);
    expect(claims(lost, one('2', at - 10_000, at - 5000))).toEqual(['overwritten by 2', 'own']);
    expect(claims(open('1', lost.createdAt + 1), one('2', at - 10_000, at - 5000))[1]).toBe('undecided by 1');
  });
});
