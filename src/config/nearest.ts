/**
 * The known word a mistyped one was meant to be, or null when none is close.
 *
 * @param furthest how many letters may be wrong; a third of them where nothing is said. Two swapped are one
 */
export function nearest(word: string, known: readonly string[], furthest?: number): string | null {
  const typed = word.slice(0, 80).toLowerCase();
  let best: string | null = null;
  let bestDistance = (furthest ?? Math.max(1, Math.floor(typed.length / 3))) + 1;
  for (const candidate of known) {
    const distance = slips(typed, candidate.toLowerCase());
    if (distance < bestDistance) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Two letters swapped are one slip and not two. */
function slips(a: string, b: string): number {
  const distance = editDistance(a, b);
  const letters = (text: string) => [...text].sort().join('');
  return distance === 2 && letters(a) === letters(b) ? 1 : distance;
}

/** Insertions, deletions and changes of a letter between the two (Levenshtein), one row of the table at a time. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (const [i, letter] of [...a].entries()) {
    const next = [i + 1];
    for (let j = 0; j < b.length; j++) {
      const changed = (row[j] ?? 0) + (letter === b[j] ? 0 : 1);
      next.push(Math.min(changed, (row[j + 1] ?? 0) + 1, (next[j] ?? 0) + 1));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}
