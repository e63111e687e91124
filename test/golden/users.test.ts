import { expect, test } from 'vitest';
import { restore, save } from '../../src/call/saved.ts';
import { createState, type TrackerState } from '../../src/call/state.ts';
import { step } from '../../src/call/tracker.ts';
import { rules } from '../call/office.ts';
import { allStreams } from './streams.ts';

const kept = ({ callsOfUsers }: TrackerState) =>
  [...callsOfUsers].flatMap(([user, calls]) => [...calls].map((call) => `${user} in ${call}`)).sort();

const found = ({ calls }: TrackerState) =>
  [...calls.values()].flatMap(({ id, legs }) => legs.map(({ extension }) => `${extension} in ${id}`)).sort();

test('which calls a user has a part in is known at any time, also after a restart', async () => {
  let parts = 0;
  for (const { name, heard } of await allStreams()) {
    const state = createState(rules);
    for (const { input, at } of heard) {
      step(state, { kind: 'tick' }, at);
      step(state, input, at);
      expect({ [name]: kept(state) }).toEqual({ [name]: found(state) });
      parts = Math.max(parts, kept(state).length);
      const restored = createState(rules);
      for (const id of state.calls.keys()) restore(restored, save(state, id) ?? '', at);
      expect({ [name]: kept(restored) }).toEqual({ [name]: kept(state) });
    }
  }
  expect(parts).toBeGreaterThan(2);
}, 60_000);
