const minuteMs = 60_000;

/** A call centre's calls of the last hours begin in so many minutes. */
const mostMinutes = 500;

/**
 * Epoch milliseconds as the CRM keeps times: `YYYY-MM-DD HH:MM:SS` in its own zone, of the second that has begun,
 * as Asterisk's own CDR has it.
 */
export function localTimeIn(timeZone: string): (ms: number) => string {
  const inFull = formatIn(timeZone);
  // Intl takes a microsecond for each, half of what a callback's wording takes.
  const minutes = new Map<number, string | null>();
  return (at) => {
    // As Intl does: towards 1970.
    const ms = Math.trunc(at);
    const minute = Math.floor(ms / minuteMs);
    let text = minutes.get(minute);
    if (text === undefined) {
      text = wholeMinute(minute * minuteMs, inFull);
      if (minutes.size >= mostMinutes) minutes.clear();
      minutes.set(minute, text);
    }
    return text === null ? inFull(ms) : text + twoDigits[Math.floor((ms - minute * minuteMs) / 1_000)];
  };
}

const twoDigits = Array.from({ length: 60 }, (_, second) => String(second).padStart(2, '0'));

/** A minute's text up to its seconds; null: its seconds are not those of UTC, as in zones of long ago (Amsterdam's +0:19:32). */
function wholeMinute(from: number, inFull: (ms: number) => string): string | null {
  const [first, last] = [inFull(from), inFull(from + minuteMs - 1)];
  const text = first.slice(0, -2);
  return first === `${text}00` && last === `${text}59` ? text : null;
}

function formatIn(timeZone: string): (ms: number) => string {
  // Made when a time is first asked for: with it Intl comes into memory, 8 MB.
  let format: Intl.DateTimeFormat | null = null;
  return (ms) => {
    format ??= isoFormat(timeZone);
    return format.format(ms);
  };
}

/** The Swedish locale is the one that writes ISO's order with a blank between. */
function isoFormat(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
    hourCycle: 'h23',
  });
}
