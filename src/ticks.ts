import type { Clock } from './clock.ts';
import type { Works } from './works.ts';

export interface TicksParts {
  readonly clock: Clock;
  readonly everyMs: number;
  readonly tick: () => void;
  /** Whether something waits for time to pass. */
  readonly isAwaited: () => boolean;
}

/** Time, told for as long as something waits for it: a process that is woken four times a second for nothing is no idle one. */
export interface Ticks {
  /** Something may wait from now on. To be called however often. */
  wake(): void;
  stop(): void;
}

export function createTicks({ clock, everyMs, tick, isAwaited }: TicksParts): Ticks {
  let isAwake = false;
  let isStopped = false;
  let cancel = () => {};
  const next = () => {
    cancel = clock.after(everyMs, () => {
      tick();
      isAwake = !isStopped && isAwaited();
      if (isAwake) next();
    });
  };
  return {
    wake() {
      if (isAwake || isStopped) return;
      isAwake = true;
      next();
    },
    stop() {
      isStopped = true;
      cancel();
    },
  };
}

const tickMs = 250;

/** The same works, and the time that they are told; with no call, channel or click, and nothing shown of one, it ends nothing. */
export function ticking(built: Works): { readonly works: Works; readonly ticks: Ticks } {
  const { clock, state, live, take } = built;
  const ticks = createTicks({
    clock,
    everyMs: tickMs,
    tick: () => take({ kind: 'tick' }, clock.now()),
    isAwaited: () => state.calls.size + state.channels.size + state.clicks.size > 0 || !live.isAtRest,
  });
  const works: Works = {
    ...built,
    take(input, at) {
      take(input, at);
      ticks.wake();
    },
  };
  return { works, ticks };
}
