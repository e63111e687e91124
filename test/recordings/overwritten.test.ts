import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Uniqueid } from '../../src/call/ids.ts';
import { Watching } from './watching.ts';

let pbx: Watching;
beforeEach(async () => {
  pbx = await Watching.start();
});
afterEach(() => pbx.end());

const name = 'OUT_21112026_01-43_101_79211019012.wav';

/** A recorded call of so many seconds. */
async function recordedCall(call: string, seconds: number, bytes: number) {
  const recording = await pbx.begins(call, name);
  await pbx.pass(seconds);
  await pbx.write(name, bytes);
  await pbx.closes(call, { '101': seconds - 1 });
  return recording;
}

const said = (level: string) => pbx.log.lines.filter((line) => line.level === level).map(({ text }) => text);

describe('calls one after another into one file', () => {
  it('three within a minute: only the last can be heard, and only it is linked', async () => {
    const calls = [await recordedCall('1', 5, 500), await recordedCall('2', 5, 600), await recordedCall('3', 5, 700)];
    await pbx.pass(60);
    expect(pbx.links).toEqual([`3 ${name}: 101`]);
    expect(await Promise.all(calls.map((one) => pbx.listen(one)))).toEqual(['overwritten', 'overwritten', 700]);
  });

  it('are told of in the log, once with what to do about it', async () => {
    await recordedCall('1', 5, 500);
    await recordedCall('2', 5, 600);
    await recordedCall('3', 5, 700);
    await pbx.pass(60);
    expect(said('warn')).toEqual([
      `call 1 recording lost: call 2 was recorded into the same file. Put \${UNIQUEID} into the files' names in the dialplan`,
    ]);
    expect(said('info')).toContain('call 2 recording lost: call 3 was recorded into the same file');
  });

  it('an earlier one that was announced is not played from the moment the next begins', async () => {
    const first = await recordedCall('1', 5, 500);
    await pbx.pass(10);
    expect(await pbx.listen(first)).toBe(500);
    const second = await pbx.begins('2', name);
    expect(await pbx.listen(first)).toBe('overwritten');
    expect(await pbx.listen(second)).toBe('not-ready');
    await pbx.pass(5);
    await pbx.write(name, 600);
    await pbx.closes('2', { '101': 3 });
    await pbx.pass(10);
    expect([await pbx.listen(first), await pbx.listen(second)]).toEqual(['overwritten', 600]);
    expect(pbx.links).toEqual([`1 ${name}: 101`, `2 ${name}: 101`]);
  });

  it('the last takes the file though nobody talked in it: it has emptied it', async () => {
    const first = await recordedCall('1', 5, 500);
    const second = await pbx.begins('2', name);
    await pbx.write(name, 44);
    await pbx.closes('2', {});
    await pbx.pass(60);
    expect(pbx.links).toEqual([]);
    expect(await pbx.listen(first)).toBe('overwritten');
    expect(await pbx.stateOf(second)).toBe('unheard');
  });

  it('a file that was given up, and then comes with another call, is not the first one’s', async () => {
    const first = await pbx.begins('1', name);
    await pbx.closes('1', { '101': 0.001 });
    await pbx.pass(700);
    expect(await pbx.stateOf(first)).toBe('missing');
    await recordedCall('2', 5, 600);
    expect(await pbx.listen(first)).toBe('overwritten');
  });

  it('one without sound stays without sound', async () => {
    const first = await recordedCall('1', 5, 44);
    await pbx.pass(10);
    await recordedCall('2', 5, 600);
    expect(await pbx.listen(first)).toBe('empty');
  });

  it('that only their Cdrs tell of: the first is waited for while the second writes', async () => {
    for (const call of ['1', '2']) {
      for (let second = 1; second <= 5; second += 1) {
        await pbx.pass(1);
        await pbx.write(name, 100 * second);
      }
      await pbx.begins(call, name, { from: 'cdr' });
      await pbx.closes(call, { '101': 4 });
    }
    await pbx.pass(60);
    expect(pbx.links).toEqual([`2 ${name}: 101`]);
  });
});

describe('calls at the same time into one file', () => {
  it('are both lost: each conversation is cut into the other', async () => {
    const first = await pbx.begins('1', name);
    await pbx.pass(5);
    const second = await pbx.begins('2', name);
    await pbx.pass(5);
    await pbx.write(name, 1000);
    await pbx.closes('2', { '102': 4 });
    await pbx.pass(10);
    expect(await pbx.listen(second)).toBe('not-ready');
    await pbx.closes('1', { '101': 15 });
    await pbx.pass(120);
    expect(pbx.links).toEqual([]);
    expect([await pbx.listen(first), await pbx.listen(second)]).toEqual(['overwritten', 'overwritten']);
    expect(pbx.log.lines.filter(({ text }) => text.startsWith('call 1 recording lost'))).toHaveLength(1);
    expect(pbx.log.lines.filter(({ text }) => text.startsWith('call 2 recording lost'))).toHaveLength(1);
  });

  it('are not played from the record of the one in which nobody talked either', async () => {
    await pbx.begins('1', name);
    await pbx.pass(5);
    const second = await pbx.begins('2', name);
    await pbx.closes('2', {});
    expect(await pbx.stateOf(second)).toBe('unheard');
    await pbx.pass(20);
    await pbx.write(name, 1000);
    await pbx.closes('1', { '101': 19 });
    expect(await pbx.listen(second)).toBe('overwritten');
  });

  it('leave the file to the later one if the earlier never came to a word', async () => {
    const first = await pbx.begins('1', name);
    await pbx.pass(5);
    await recordedCall('2', 5, 600);
    await pbx.pass(10);
    expect(pbx.links).toEqual([]);
    await pbx.closes('1', {});
    await pbx.pass(120);
    expect(pbx.links).toEqual([`2 ${name}: 101`]);
    expect(await pbx.stateOf(first)).toBe('overwritten');
  });

  it('give each user another file of his call, where it has one', async () => {
    await pbx.begins('1', 'whole.wav');
    await pbx.write('whole.wav', 900);
    await pbx.pass(5);
    await recordedCallOver('1');
    expect(pbx.links).toEqual(['1 whole.wav: 101']);
  });

  /** Its second file is lost to call 2 before it ends. */
  async function recordedCallOver(call: string): Promise<void> {
    await pbx.begins(call, name);
    await pbx.pass(5);
    await pbx.begins('2', name);
    await pbx.pass(5);
    await pbx.closes(call, { '101': 9 });
    await pbx.pass(10);
  }
});

describe('a link that was announced and then lost', () => {
  it('is replaced by another file of the call', async () => {
    await pbx.begins('1', 'whole.wav');
    await pbx.write('whole.wav', 900);
    await pbx.pass(5);
    await recordedCall('1', 10, 500);
    await pbx.pass(10);
    await recordedCall('2', 5, 600);
    await pbx.pass(10);
    expect(pbx.links).toEqual([`1 ${name}: 101`, '1 whole.wav: 101', `2 ${name}: 101`]);
  });
});

describe('while the connector does not run', () => {
  it('a call that begins over an announced one is found out by its Cdr', async () => {
    const first = await recordedCall('1', 5, 500);
    await pbx.pass(10);
    await pbx.down(20);
    await pbx.pass(20);
    await pbx.write(name, 600);
    await pbx.begins('2', name, { from: 'cdr' });
    expect(await pbx.listen(first)).toBe('overwritten');
    await pbx.closes('2', { '101': 15 });
    await pbx.pass(10);
    expect(pbx.links).toEqual([`1 ${name}: 101`, `2 ${name}: 101`]);
  });

  it('a call that begins and ends over one not looked at yet is told by the file’s time', async () => {
    const first = await pbx.begins('1', name);
    await pbx.pass(5);
    await pbx.closesAtStop('1', { '101': 4 });
    await pbx.clock.advance(50_000);
    await pbx.write(name, 600);
    await pbx.clock.advance(3_600_000);
    await pbx.startAgain();
    await pbx.pass(10);
    expect(pbx.links).toEqual([]);
    expect(await pbx.listen(first)).toBe('overwritten');
    expect(said('warn')).toEqual([
      'call 1 recording waiting -> overwritten: it was written again after the call, while the connector did not run',
    ]);
  });

  it('nothing is lost that nobody has written since', async () => {
    await pbx.begins('1', name);
    await pbx.pass(5);
    await pbx.write(name, 500);
    await pbx.closesAtStop('1', { '101': 4 });
    await pbx.clock.advance(3_600_000);
    await pbx.startAgain();
    await pbx.pass(10);
    expect(pbx.links).toEqual([`1 ${name}: 101`]);
  });
});

it('the Cdr of a channel that has moved into another call is no other recording', async () => {
  const first = await pbx.begins('1', name, { channel: '1.7' as Uniqueid });
  await pbx.pass(5);
  await pbx.write(name, 500);
  expect(await pbx.begins('9', name, { channel: '1.7' as Uniqueid, from: 'cdr' })).toEqual(first);
  await pbx.closes('1', { '101': 4 });
  await pbx.pass(10);
  expect(pbx.links).toEqual([`1 ${name}: 101`]);
});

describe('a file that changed while the connector did not run', () => {
  it('is not played when another call was recorded into it', async () => {
    const first = await recordedCall('1', 5, 500);
    await pbx.pass(10);
    expect(await pbx.listen(first)).toBe(500);
    await pbx.stop();
    await pbx.clock.advance(60_000);
    await pbx.write(name, 900);
    await pbx.startAgain();
    await pbx.pass(10);
    expect(await pbx.listen(first)).toBe('changed');
    expect(pbx.links).toEqual([`1 ${name}: 101`]);
  });

  it('is played when it was only copied or touched', async () => {
    const first = await recordedCall('1', 5, 500);
    await pbx.pass(10);
    await pbx.down(60);
    await pbx.write(name, 500);
    expect(await pbx.listen(first)).toBe(500);
  });
});
