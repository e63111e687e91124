const lookMs = 100;

/** Watches how late timers are, on a machine that has more to do than it can: others are then as late. */
export function watchLag(): { readonly mostMs: number; stop(): void } {
  let last = Date.now();
  let mostMs = 0;
  const timer = setInterval(() => {
    const now = Date.now();
    mostMs = Math.max(mostMs, now - last - lookMs);
    last = now;
  }, lookMs);
  return {
    get mostMs() {
      return mostMs;
    },
    stop: () => clearInterval(timer),
  };
}
