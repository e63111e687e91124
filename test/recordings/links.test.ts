import { describe, expect, it } from 'vitest';
import type { Extension } from '../../src/call/ids.ts';
import { dueLinks, filesOf } from '../../src/recordings/links.ts';
import type { Recording, RecordingState } from '../../src/recordings/recording.ts';
import { linkedid, recordingOf, talk } from './legs.ts';

const call = '1.1';
/** 101 talks until he transfers the call at 30 s, 102 from 32 s to the end at 60 s. */
const first = talk(linkedid(call), '101', 10_000, 30_000);
const second = talk(linkedid(call), '102', 32_000, 60_000);

function file(path: string, createdAt: number, more: Partial<Recording> = {}): Recording {
  return recordingOf(call, path, { createdAt, talks: [first, second], closedAt: 62_000, ...more });
}
const cdr = (path: string, more: Partial<Recording> = {}) => file(path, 60_001, { from: 'cdr', ...more });
const users = (...names: string[]) => names as Extension[];

/** `path: users`, as they are to be announced. */
const due = (...files: Recording[]) =>
  dueLinks(files).map(
    ({ recording, talks }) => `${recording.path}: ${talks.map(({ leg }) => leg.extension).join(' ')}`,
  );
const order = (who: typeof first, ...files: Recording[]) => filesOf(who, files).map(({ path }) => path);

describe('one file', () => {
  it('is everybody’s who talked', () => {
    expect(due(file('/in.wav', 0))).toEqual(['/in.wav: 101 102']);
    expect(due(cdr('/in.wav'))).toEqual(['/in.wav: 101 102']);
  });

  it('is announced once to each', () => {
    expect(due(file('/in.wav', 0, { announcedTo: users('101', '102') }))).toEqual([]);
    expect(due(file('/in.wav', 0, { announcedTo: users('102') }))).toEqual(['/in.wav: 101']);
  });

  it.each<RecordingState>(['waiting', 'empty', 'missing', 'overwritten'])('that is %s is not announced', (state) => {
    expect(due(file('/in.wav', 0, { state }))).toEqual([]);
  });

  it('is nobody’s while the call goes on', () => {
    expect(due(file('/in.wav', 0, { state: 'recording', closedAt: null, talks: [] }))).toEqual([]);
  });
});

describe('a file for each part of the call', () => {
  const [one, two] = [file('/in.wav', 0), file('/out.wav', 30_000)];

  it('goes to those who talked in it', () => {
    expect(due(one, two)).toEqual(['/in.wav: 101', '/out.wav: 102']);
  });

  it.each([
    [-3, '/in.wav: 101'],
    [-999, '/in.wav: 101'],
    [2, '/in.wav: 101'],
    [-1000, '/out.wav: 101 102'],
  ])('begun %i ms from the first user’s Hangup', (ms, link) => {
    expect(due(file('/in.wav', 0), file('/out.wav', 30_000 + ms))).toContain(link);
  });

  it('that is not final yet is waited for, by its own users alone', () => {
    expect(due(one, { ...two, state: 'waiting' })).toEqual(['/in.wav: 101']);
    expect(due({ ...one, state: 'waiting' }, two)).toEqual(['/out.wav: 102']);
  });

  it.each<RecordingState>(['empty', 'missing', 'overwritten'])('that proves %s leaves them the one before', (state) => {
    expect(due(one, { ...two, state })).toEqual(['/in.wav: 101 102']);
    expect(due({ ...one, state: 'waiting' }, { ...two, state })).toEqual([]);
    expect(due({ ...one, state }, two)).toEqual(['/out.wav: 102']);
  });

  it('that is recorded over when it was announced leaves them the one before', () => {
    expect(due(one, { ...two, state: 'overwritten', announcedTo: users('102') })).toEqual(['/in.wav: 101 102']);
  });

  it('that is found when another was announced changes nothing any more', () => {
    expect(due({ ...one, announcedTo: users('101', '102') }, two)).toEqual([]);
  });
});

describe('the best file of a user', () => {
  it('is the one begun latest in his talk, also on demand', () => {
    expect(order(first, file('/a.wav', 0), file('/demand.wav', 15_000), file('/b.wav', 30_000))).toEqual([
      '/demand.wav',
      '/a.wav',
    ]);
  });

  it('of two begun at once is the one told of later', () => {
    expect(order(first, file('/a.wav', 0), file('/b.wav', 0))).toEqual(['/b.wav', '/a.wav']);
  });

  it('does not depend on how short his talk was', () => {
    const short = talk(linkedid(call), '101', 30_000, 30_400);
    expect(order(short, file('/a.wav', 29_990), file('/b.wav', 30_400))).toEqual(['/a.wav']);
  });

  it('is one that only a Cdr told of where nothing else is, the first told of first', () => {
    expect(order(second, cdr('/in.wav'), cdr('/out.wav'))).toEqual(['/in.wav', '/out.wav']);
    expect(order(first, cdr('/in.wav'), file('/demand.wav', 15_000), cdr('/out.wav'))).toEqual([
      '/demand.wav',
      '/in.wav',
      '/out.wav',
    ]);
  });

  it('is what was made from the recording, rather than the recording', () => {
    expect(order(first, file('/m/a.wav', 0), cdr('/m/a.mp3'))).toEqual(['/m/a.mp3', '/m/a.wav']);
    expect(due(file('/m/a.wav', 0), cdr('/m/a.mp3', { state: 'waiting' }))).toEqual([]);
    expect(due(file('/m/a.wav', 0), cdr('/m/a.mp3', { state: 'missing' }))).toEqual(['/m/a.wav: 101 102']);
  });

  it('is not taken for made from another by a dot in a folder’s name', () => {
    expect(order(first, file('/m.1/a', 0), cdr('/m.2/b'))).toEqual(['/m.1/a', '/m.2/b']);
    expect(order(first, file('/m.1/a', 0), cdr('/m.1/a.mp3'))).toEqual(['/m.1/a.mp3', '/m.1/a']);
  });

  it('is made for him only if its recording was begun in time', () => {
    expect(order(first, file('/m/late.wav', 40_000), cdr('/m/late.mp3'))).toEqual([]);
  });
});
