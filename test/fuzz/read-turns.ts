import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import type { Socket } from 'node:net';

/**
 * How long the reader of each socket made from now on computes in one turn of the event loop: from a read to the end of the
 * turn in which it came. What the machine does besides does not count, a busy one may join several reads.
 */
export class ReadTurns {
  longestMs = 0;

  constructor() {
    subscribe('net.client.socket', this.#watch);
  }

  stop(): void {
    unsubscribe('net.client.socket', this.#watch);
  }

  readonly #watch = (message: unknown): void => {
    const { socket } = message as { socket: Socket };
    let isRunning = false;
    const begin = () => {
      if (isRunning) return;
      isRunning = true;
      const before = process.cpuUsage();
      setImmediate(() => {
        isRunning = false;
        const { user, system } = process.cpuUsage(before);
        this.longestMs = Math.max(this.longestMs, (user + system) / 1000);
      });
    };
    // Before any other: a listener that is added first is called first.
    socket.once('connect', () => socket.prependListener('data', begin));
  };
}
