import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AmiEvent } from '../../src/call/ami-event.ts';
import { loadCapture, renameCapture } from '../../src/tools/demo/capture.ts';
import { FakeAsterisk } from '../doubles/fake-asterisk.ts';
import { eventually } from './eventually.ts';
import { type Linked, linkTo } from './linked.ts';

const root = join(import.meta.dirname, '../captures');
const variants = ['22', '16-sip'];
const folders = (
  await Promise.all(variants.map(async (one) => (await readdir(join(root, one))).sort().map((name) => join(one, name))))
).flat();

let fake: FakeAsterisk;
let linked: Linked;

beforeAll(async () => {
  fake = await FakeAsterisk.start();
  linked = linkTo(fake.port);
  await linked.up();
});

afterAll(async () => {
  await linked.link.stop();
  await fake.stop();
});

async function throughTheLink(folder: string, cut: 'true' | 'odd', serial?: number): Promise<AmiEvent[]> {
  linked.inputs.length = 0;
  const rename = serial === undefined ? {} : { rename: { epoch: 1_800_000_000, serial } };
  await fake.server.play(await loadCapture(join(root, folder)), { speed: Number.POSITIVE_INFINITY, cut, ...rename });
  fake.server.event('Hangup', 'call', { Channel: 'PJSIP/end-1', Uniqueid: 'end', Linkedid: 'end' });
  await eventually('all came', () => {
    const last = linked.inputs.at(-1);
    return last?.kind === 'hangup' && last.channel.uniqueid === 'end';
  });
  return linked.inputs.slice(0, -1);
}

/** The events of a raw stream, counted by a line of each that no other line looks like. */
async function eventCount(folder: string, pattern: RegExp): Promise<number> {
  return (await readFile(join(root, folder, 'stream.ami'), 'latin1')).match(pattern)?.length ?? 0;
}

describe.each(folders)('%s', (folder) => {
  test('comes through the link whole, in true chunks and in odd ones alike', async () => {
    const whole = await throughTheLink(folder, 'true');
    expect(await throughTheLink(folder, 'odd')).toEqual(whole);
    const kinds = whole.map((event) => event.kind);
    for (const [kind, pattern] of [
      ['newChannel', /^Event: Newchannel\r$/gm],
      ['newState', /^Event: Newstate\r$/gm],
      ['dialBegin', /^Event: DialBegin\r$/gm],
      ['dialState', /^Event: DialState\r$/gm],
      ['dialEnd', /^Event: DialEnd\r$/gm],
      ['bridgeEnter', /^Event: BridgeEnter\r$/gm],
      ['bridgeLeave', /^Event: BridgeLeave\r$/gm],
      ['hangup', /^Event: Hangup\r$/gm],
      ['originateResponse', /^Event: OriginateResponse\r$/gm],
      ['recording', /^(Variable: MIXMONITOR_FILENAME|recordingpath: .+)\r$/gm],
    ] as const)
      expect({ [kind]: kinds.filter((one) => one === kind).length }).toEqual({
        [kind]: await eventCount(folder, pattern),
      });
  });
});

test('a recording has one path, from the VarSet and from the Cdr, whatever the caller calls himself', async () => {
  for (const folder of folders) {
    const recordings = (await throughTheLink(folder, 'true')).filter((event) => event.kind === 'recording');
    const paths = (from: 'variable' | 'cdr') =>
      recordings.filter((event) => event.from === from).map(({ path }) => path);
    for (const path of paths('cdr'))
      expect({ folder, begun: paths('variable') }).toEqual({ folder, begun: expect.arrayContaining([path]) });
  }
});

test('names in Cyrillic arrive as they are', async () => {
  const events = await throughTheLink('22/s27', 'odd');
  expect(JSON.stringify(events)).toMatch(/[А-Яа-я]{3}/);
  expect(JSON.stringify(events)).not.toContain('\uFFFD');
});

describe('renamed', () => {
  const idsOf = (events: AmiEvent[]) =>
    new Set(events.flatMap((event) => ('channel' in event ? [event.channel.uniqueid, event.channel.name] : [])));

  test('a capture played again is the same calls under other ids', async () => {
    const first = await throughTheLink('22/s01', 'true');
    const again = await throughTheLink('22/s01', 'odd', 7);
    expect(again.map((event) => event.kind)).toEqual(first.map((event) => event.kind));
    expect(idsOf(again).size).toBe(idsOf(first).size);
    for (const id of idsOf(again)) expect(idsOf(first)).not.toContain(id);
  });

  test('numbers and ids are replaced as whole words only, everywhere', async () => {
    const capture = await loadCapture(join(root, '22/s11'));
    const epoch = 1_800_000_000;
    const words = { 'c2c-1': 'click-9', [`${epoch}.37`]: 'vtc-1', '101': '205', '79211011011': '88005553535' };
    const text = renameCapture(capture, { epoch, serial: 2, words })
      .map((packet) => packet.text)
      .join('');
    expect(text).not.toMatch(/c2c-1|\b1795214263\.37\b|79211011011/);
    expect(text).toMatch(/^ActionID: click-9\r$/m);
    expect(text).toMatch(/^Channel: PJSIP\/205-00002016\r$/m);
    expect(text).toMatch(/^Uniqueid: vtc-1\r$/m);
    // Not an id: an RTCP time of the same look.
    expect(text).toMatch(/^SentNTP: 17952142\d\d\./m);
    expect(text.length).toBeGreaterThan(30_000);
  });
});
