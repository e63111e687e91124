/** Backtracking grows with the power of this many open-ended repeats; an extension's pattern needs one or two. */
const mostOpenRepeats = 4;

interface Scan {
  /** For every open group: whether something in it may match the same text in more than one way. */
  readonly groups: { ambiguous: boolean }[];
  closed: { ambiguous: boolean } | null;
  openRepeats: number;
}

/**
 * Why a pattern may not be used, or null. JavaScript's regular expressions backtrack: `(a+)+` needs longer than the
 * office is open for a number of thirty digits, and numbers come from strangers.
 */
export function whyUnsafe(pattern: string): string | null {
  try {
    new RegExp(pattern);
  } catch (error) {
    return `not a regular expression: ${(error as Error).message.replace(/^.*: /, '')}`;
  }
  return whySlow(pattern);
}

/** Classes first, so that a bracket or a star in one counts as a character. */
const pieces = /\\.|\[(?:\\.|[^\]\\])*\]|\((?:\?(?:[:=!]|<[=!]|<\w+>))?|[)|]|[*+?]\??|\{\d+(?:,\d*)?\}\??|./gsu;

function whySlow(pattern: string): string | null {
  const scan: Scan = { groups: [{ ambiguous: false }], closed: null, openRepeats: 0 };
  for (const [piece] of pattern.matchAll(pieces)) {
    if (/^\\[1-9k]/.test(piece)) return 'back references are slow: not allowed';
    const why = takePiece(scan, piece);
    if (why !== null) return why;
  }
  return null;
}

function takePiece(scan: Scan, piece: string): string | null {
  if (/^(?:[*+?]|\{\d)/.test(piece)) return takeRepeat(scan, piece);
  scan.closed = null;
  if (piece.startsWith('(')) scan.groups.push({ ambiguous: false });
  if (piece === '|') markAmbiguous(scan);
  if (piece === ')') {
    scan.closed = scan.groups.pop() ?? null;
    if (scan.closed?.ambiguous) markAmbiguous(scan);
  }
  return null;
}

function takeRepeat(scan: Scan, piece: string): string | null {
  const atMostOnce = piece.startsWith('?');
  if (scan.closed?.ambiguous && !atMostOnce)
    return 'a repeat or a choice inside a repeated group, as in (a+)+, can take forever';
  if (/^(?:[*+]|\{\d+,\})/.test(piece)) scan.openRepeats += 1;
  if (!/^\{\d+\}/.test(piece)) markAmbiguous(scan);
  scan.closed = null;
  return scan.openRepeats > mostOpenRepeats ? `more than ${mostOpenRepeats} repeats without an end (* or +)` : null;
}

function markAmbiguous(scan: Scan): void {
  const group = scan.groups.at(-1);
  if (group !== undefined) group.ambiguous = true;
}
