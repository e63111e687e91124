import { channelState } from './ami-event.ts';
import { adoptClick } from './click.ts';
import { known, seen } from './correlate.ts';
import { heardRinging } from './dial.ts';
import type { AmiHandlers } from './state.ts';

export const channelHandlers: Pick<AmiHandlers, 'newChannel' | 'newState'> = {
  newChannel(step, { channel: facts }) {
    adoptClick(step, seen(step, facts));
  },

  newState(step, { channel: facts }) {
    const channel = known(step, facts);
    if (channel !== undefined && facts.state === channelState.ringing) heardRinging(step, channel);
  },
};
