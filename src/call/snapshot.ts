import type { ChannelFacts } from './ami-event.ts';
import { adoptClick } from './click.ts';
import { seen } from './correlate.ts';
import { gone } from './hangup.ts';
import type { Step } from './state.ts';

/**
 * After a reconnect: what Asterisk no longer has is gone (a killed Asterisk sends no Hangup, ever), and what is new
 * is known from now on. A channel that began after `since` may be too young for the list, and is let be.
 */
export function compareWithSnapshot(step: Step, listed: readonly ChannelFacts[], since: number): void {
  const alive = new Set(listed.map((facts) => facts.uniqueid));
  for (const channel of [...step.state.channels.values()])
    if (channel.alive && channel.createdAt < since && !alive.has(channel.uniqueid)) gone(step, channel, 0);
  for (const facts of listed) adoptClick(step, seen(step, facts));
}
