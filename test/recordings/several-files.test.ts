import { afterEach, beforeEach, expect, it } from 'vitest';
import { linkedid, talk } from './legs.ts';
import { Watching } from './watching.ts';

let pbx: Watching;
beforeEach(async () => {
  pbx = await Watching.start();
});
afterEach(() => pbx.end());

it('everybody who talked in a recorded call gets its link', async () => {
  await pbx.begins('1', 'in.wav');
  await pbx.pass(60);
  await pbx.write('in.wav');
  await pbx.closes('1', { '101': 50, '102': 20, '103': 5 });
  await pbx.pass(60);
  expect(pbx.links).toEqual(['1 in.wav: 101 102 103']);
});

/** An inbound call to 101, transferred blindly to the outside; the dialplan records both parts. */
async function transferredOut(): Promise<void> {
  await pbx.begins('1', 'in.wav');
  await pbx.pass(2);
  const from = pbx.clock.now();
  await pbx.pass(3);
  const until = pbx.clock.now();
  // The Hangup of 101 and the begin of the next recording come in one millisecond.
  await pbx.begins('1', 'out.wav');
  await pbx.pass(5);
  await pbx.closesWith('1', [talk(linkedid('1'), '101', from, until)]);
}

it('two files of a call are both kept, and a user gets the one that he talked in', async () => {
  await pbx.write('in.wav', 5000);
  await pbx.write('out.wav', 3000);
  await transferredOut();
  await pbx.pass(60);
  expect(pbx.links).toEqual(['1 in.wav: 101']);
  const files = await pbx.store.ofCall(linkedid('1'));
  expect(files.map(({ state }) => state)).toEqual(['ready', 'ready']);
  expect(await Promise.all(files.map((file) => pbx.listen(file)))).toEqual([5000, 3000]);
  expect(await pbx.store.nextLookAt()).toBeNull();
});

it('a file without sound gives way to the one before, when it is known to be without', async () => {
  await pbx.begins('1', 'in.wav');
  await pbx.pass(10);
  await pbx.begins('1', 'demand.wav');
  await pbx.pass(10);
  await pbx.write('in.wav', 9000);
  await pbx.closes('1', { '101': 15 });
  await pbx.pass(30);
  expect(pbx.links).toEqual([]);
  await pbx.write('demand.wav', 44);
  await pbx.pass(60);
  expect(pbx.links).toEqual(['1 in.wav: 101']);
});

it('what a conversion left is linked, not the recording that it removes', async () => {
  await pbx.begins('1', 'a.wav');
  await pbx.pass(20);
  await pbx.write('a.wav', 9000);
  await pbx.begins('1', 'a.mp3', { from: 'cdr' });
  await pbx.closes('1', { '101': 15 });
  await pbx.pass(10);
  expect(pbx.links).toEqual([]);
  await pbx.write('a.mp3', 900);
  await pbx.pass(60);
  expect(pbx.links).toEqual(['1 a.mp3: 101']);
});

it('the stop of the connector between a file’s end and its users’ links loses none', async () => {
  await pbx.begins('1', 'in.wav');
  await pbx.pass(20);
  await pbx.write('in.wav');
  await pbx.closes('1', { '101': 15, '102': 3 });
  await pbx.down(3600);
  await pbx.pass(10);
  await pbx.down(10);
  await pbx.pass(10);
  expect(pbx.links).toEqual(['1 in.wav: 101 102']);
});
