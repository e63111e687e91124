/**
 * Epoch milliseconds as the CRM keeps times: `YYYY-MM-DD HH:MM:SS` in its own zone, of the second that has begun,
 * as Asterisk's own CDR has it.
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
  return (ms) => format.format(ms);
}
