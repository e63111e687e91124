import type { Played } from './play.ts';

/** What is left open: rows in which a popup would stay, and whatever the core still remembers. */
export function leftOpen({ salesPlatform, vanilla, state }: Played): string[] {
  const rows = [...salesPlatform.crm.rows, ...vanilla.crm.rows];
  const open = rows.filter(({ status }) => /^(ringing|in-progress)$/.test(status));
  const { calls, callsOfUsers, channels, bridges, halves, clicks } = state;
  const kept = { calls, callsOfUsers, channels, bridges, halves, clicks };
  return [
    ...open.map(({ user, status }) => `row ${user} ${status}`),
    ...Object.entries(kept).flatMap(([what, map]) => [...map.keys()].map((key) => `${what} ${key}`)),
  ];
}
