import type { Clock } from '../clock.ts';

/**
 * Waits for FullyBooted. A booting Asterisk accepts a login before its dialplan and its channels are there; a booted one
 * sends the event right after the login's answer. An account without read class `system` never gets it: hence the limit.
 */
export class BootWait {
  #isOver = false;
  #end: () => void = () => {};

  /** FullyBooted came, or the connection ended. */
  over(): void {
    this.#isOver = true;
    this.#end();
  }

  /** @returns whether it was over in time */
  async wait(clock: Clock, limitMs: number): Promise<boolean> {
    if (this.#isOver) return true;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(limitMs, resolve);
      this.#end = () => {
        cancel();
        resolve();
      };
    });
    return this.#isOver;
  }
}
