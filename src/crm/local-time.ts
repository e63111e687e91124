/**
 * Epoch milliseconds as the CRM keeps times: `YYYY-MM-DD HH:MM:SS` in its own zone, to the nearest second, so that
 * a call's start, end and duration agree with each other.
 */
export function localTimeIn(timeZone: string): (ms: number) => string {
  // The Swedish locale is the one that writes ISO's order with a blank between.
  const format = new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
  return (ms) => format.format(Math.round(ms / 1000) * 1000);
}
