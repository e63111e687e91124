import { channelState } from './ami-event.ts';
import { adoptClick } from './click.ts';
import { known, seen } from './correlate.ts';
import { legOf, ring } from './legs.ts';
import { type AmiHandlers, callOf } from './state.ts';

export const channelHandlers: Pick<AmiHandlers, 'newChannel' | 'newState'> = {
  newChannel(step, { channel: facts }) {
    adoptClick(step, seen(step, facts));
  },

  newState(step, { channel: facts }) {
    const channel = known(step, facts);
    if (channel === undefined || facts.state !== channelState.ringing) return;
    const call = callOf(step, channel);
    const leg = legOf(call, channel);
    if (leg !== undefined) ring(step, call, leg);
  },
};
