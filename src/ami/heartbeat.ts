import type { Clock } from '../clock.ts';
import type { Connection } from './connection.ts';

export interface HeartbeatSettings {
  readonly pingIntervalMs: number;
  readonly pingTimeoutMs: number;
}

/** A busy Asterisk sends the events of a burst before the Pong; one that only sends and never answers is not well either. */
const mostMissedWhileBytesCome = 3;

/**
 * Pings for as long as the connection lives. Silence is no sign (an idle PBX sends nothing for minutes), and a frozen or
 * unreachable one does not close the connection: only a Ping without an answer shows it.
 */
export function startHeartbeat(
  connection: Pick<Connection, 'send' | 'lastByteAt'>,
  { pingIntervalMs, pingTimeoutMs }: HeartbeatSettings,
  clock: Clock,
  onDead: (reason: string) => void,
  /** A Ping was answered after so long. Asterisk sends the events that are waiting before the Pong. */
  onPong: (ms: number) => void = () => {},
): () => void {
  let missed = 0;
  let cancel = clock.after(pingIntervalMs, ping);

  function ping(): void {
    const sentAt = clock.now();
    void connection.send({ Action: 'Ping' }, { timeoutMs: pingTimeoutMs }).then((result) => {
      if (result.kind === 'down') return;
      tellPong(result.kind, sentAt);
      missed = result.kind === 'timedOut' ? missed + 1 : 0;
      const isSilent = connection.lastByteAt <= sentAt;
      if (missed > 0 && (isSilent || missed >= mostMissedWhileBytesCome))
        return onDead(`no answer to Ping within ${pingTimeoutMs / 1000} s`);
      cancel = clock.after(missed > 0 ? 0 : pingIntervalMs, ping);
    });
  }

  function tellPong(kind: string, sentAt: number): void {
    if (kind === 'answered') onPong(clock.now() - sentAt);
  }

  return () => cancel();
}
