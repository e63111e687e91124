import { type AmiHandlers, callOf, setCall } from './state.ts';

export const recordingHandlers: Pick<AmiHandlers, 'recording'> = {
  recording(step, { uniqueid, path, from }) {
    const channel = step.state.channels.get(uniqueid);
    if (channel === undefined) return;
    const call = callOf(step, channel);
    if (call.recordings.includes(path)) return;
    step.touched.add(call.id);
    setCall(step, { ...call, recordings: call.recordings.concat(path) });
    step.events.push({ kind: 'recorded', call: call.id, channel: uniqueid, path, from, at: step.at });
  },
};
