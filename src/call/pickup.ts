import { end, partOf } from './legs.ts';
import type { AmiHandlers } from './state.ts';

export const pickupHandlers: Pick<AmiHandlers, 'pickup'> = {
  /**
   * A colleague takes the call from his own phone. Asterisk hangs the ringing phone up before anything says that the call
   * was answered, so this is told here; who took it talks when he meets the caller in a bridge, without a DialBegin.
   */
  pickup(step, { target }) {
    const phone = step.state.channels.get(target);
    const part = phone && partOf(step, phone);
    if (part !== undefined && part.leg.phase !== 'talking') end(step, part, 'answered-elsewhere');
  },
};
