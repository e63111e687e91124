/** Rows removed in one go, so that a commit never waits long behind them. */
const slice = 500;

/**
 * Removes in slices, between which others get their turn, until one is not full.
 *
 * @param remove removes that many rows at most, and tells how many
 * @returns how many in all
 */
export async function removeInSlices(remove: (limit: number) => Promise<number>): Promise<number> {
  for (let removed = 0; ; ) {
    const count = await remove(slice);
    removed += count;
    if (count < slice) return removed;
  }
}
