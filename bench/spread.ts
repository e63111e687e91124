/** @param part 0..1: 0.99 for the 99th percentile; NaN of nothing */
export function percentile(ordered: readonly number[], part: number): number {
  return ordered[Math.min(ordered.length - 1, Math.floor(ordered.length * part))] ?? Number.NaN;
}

/** Of measured values, by their share: 0.5 is the median. */
export function spreadOf(values: readonly number[]): (share: number) => number {
  const sorted = values.toSorted((a, b) => a - b);
  return (share) => percentile(sorted, share);
}

export function median(values: readonly number[]): number {
  return spreadOf(values)(0.5);
}
