import type { Call, Channel } from './call.ts';
import type { Linkedid } from './ids.ts';
import { noteUser, type TrackerState } from './state.ts';

/** Goes up when what is kept of a call changes. */
const version = 3;

interface SavedCall {
  readonly version: typeof version;
  readonly call: Call;
  readonly channels: readonly Channel[];
}

/** An open call as text for the database, or null when it is closed. Of its channels the living ones, and the first. */
export function save(state: TrackerState, id: Linkedid): string | null {
  return saving(state, id)?.() ?? null;
}

/**
 * The same, as it is now, to be made text of when it is written: many a call changes again before that. Calls, legs and channels are
 * values, so what was taken here stays.
 */
export function saving(state: TrackerState, id: Linkedid): (() => string) | null {
  const call = state.calls.get(id);
  if (call === undefined) return null;
  const channels: Channel[] = [];
  for (const uniqueid of call.channels) {
    const channel = state.channels.get(uniqueid);
    if (channel !== undefined && (channel.alive || uniqueid === call.first)) channels.push(channel);
  }
  return () => {
    const ids = channels.map(({ uniqueid }) => uniqueid);
    return JSON.stringify({ version, call: { ...call, channels: ids }, channels });
  };
}

/**
 * Takes up a call that was open when the connector stopped. Its channels stand as they were; the snapshot that follows
 * the next connect tells which of them are gone. A call whose channels were all gone is closed at once by the next tick.
 *
 * @returns false for a text of another version of this program, which is left alone
 */
export function restore(state: TrackerState, text: string, at: number): boolean {
  const saved = JSON.parse(text) as SavedCall;
  if (saved.version !== version) return false;
  const own = saved.channels.filter(
    (channel) => channel.call === saved.call.id && !state.channels.has(channel.uniqueid),
  );
  const alive = own.filter((channel) => channel.alive).length;
  const channels = own.map(({ uniqueid }) => uniqueid);
  state.calls.set(saved.call.id, { ...saved.call, alive, channels });
  for (const { extension } of saved.call.legs) noteUser(state, extension, saved.call.id);
  for (const channel of own) {
    state.channels.set(channel.uniqueid, { ...channel, bridge: null });
    if (channel.endpoint.kind === 'local') state.halves.set(channel.name, channel.uniqueid);
  }
  if (alive === 0) state.deadlines.add(at, { kind: 'close', call: saved.call.id });
  return true;
}
