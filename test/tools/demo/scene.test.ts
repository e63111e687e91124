import { describe, expect, test } from 'vitest';
import { clickScenarios, inboundScenarios } from '../../../src/tools/demo/scenarios.ts';
import { castScene, loadScene, recordingName } from '../../../src/tools/demo/scene.ts';

const inbound = Object.values(inboundScenarios).flatMap((parts) => parts.map(({ capture }) => capture));
const clicks: string[] = Object.values(clickScenarios);
const cast = { extension: '103', agentName: 'Vera Kim', number: '79211000014' };
const originate = { channelId: 'c2c-new-1', actionId: 'c2c-new-1' };

const channelsOf = (extension: string, text: string) =>
  new Set([...text.matchAll(new RegExp(`PJSIP/${extension}-[0-9a-f]{8}`, 'g'))].map(([name]) => name)).size;
const textOf = (capture: readonly { readonly text: string }[]) => capture.map(({ text }) => text).join('');

describe.each([...new Set([...inbound, ...clicks])])('%s with other people', (name) => {
  const wish = clicks.includes(name) ? { ...cast, originate } : cast;

  test('nobody and nothing of the captured call is left', async () => {
    const scene = await loadScene(name);
    const text = textOf(castScene(scene, wish, { epoch: 1_900_000_000, serial: 7 }));
    const before = textOf(scene.capture);
    expect(channelsOf('103', text)).toBe(channelsOf('101', before));
    // A colleague who takes part in the capture takes the place that became free.
    expect(channelsOf('101', text)).toBe(channelsOf('103', before));
    expect(text).not.toMatch(/Ivan Petrov|Uniqueid: 1795|Linkedid: 1795|c2c-1\b|21112026_/);
    if (scene.customer !== null) expect(text).not.toContain(scene.customer);
    if (scene.customer !== null) expect(text).toContain('79211000014');
  });

  test('two plays share neither ids nor a recording, and have as many events as the capture', async () => {
    const scene = await loadScene(name);
    const first = castScene(scene, cast, { epoch: 1_900_000_000, serial: 1 });
    const second = castScene(scene, cast, { epoch: 1_900_000_001, serial: 2 });
    expect(first.length).toBe(scene.capture.length);
    const ids = (text: string) =>
      new Set(text.match(/(?<=^(?:Dest)?(?:Channel|Uniqueid|BridgeUniqueid): )\S*[0-9a-f.]{8}\S*(?=\r$)/gm));
    const [one, other] = [ids(textOf(first)), ids(textOf(second))];
    expect(one.size).toBeGreaterThan(1);
    expect([...one].filter((id) => other.has(id))).toEqual([]);
    if (recordingName(first) !== null) expect(recordingName(first)).not.toBe(recordingName(second));
  });
});

test.each(clicks)('%s: the first channel is the one that the Originate asked for', async (name) => {
  const text = textOf(castScene(await loadScene(name), { ...cast, originate }, { epoch: 1_900_000_000, serial: 7 }));
  const begun = /^Event: Newchannel\r\n[\s\S]*?\r\n\r\n/m.exec(text)?.[0] ?? '';
  expect(begun).toContain('\r\nUniqueid: c2c-new-1\r\nLinkedid: c2c-new-1\r\n');
  expect(text).toMatch(/^ActionID: c2c-new-1\r$/m);
});

test('a recorded talk is as long as it was; a number with a plus is part of the name', async () => {
  const scene = await loadScene('s11');
  expect(scene.talkSeconds).toBe(4);
  const capture = castScene(scene, { ...cast, number: '+79211000014' }, { epoch: 1_900_000_000, serial: 3 });
  expect(recordingName(capture)).toMatch(/^OUT_\d{8}_\d\d-\d\d-3_103_\+79211000014\.wav$/);
});
