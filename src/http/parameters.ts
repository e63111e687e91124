export interface Parameters {
  readonly values: ReadonlyMap<string, string>;
  /** Names that were given more than once with different values. */
  readonly conflicting: ReadonlySet<string>;
}

/**
 * Reads form-encoded texts (a query string, a body) as one list: neither wins. A parameter given twice must have the same
 * value both times, so that nothing is checked in one place and used from another.
 */
export function readParameters(...texts: readonly string[]): Parameters {
  const values = new Map<string, string>();
  const conflicting = new Set<string>();
  for (const text of texts) {
    for (const [name, value] of new URLSearchParams(text)) {
      if ((values.get(name) ?? value) !== value) conflicting.add(name);
      else values.set(name, value);
    }
  }
  return { values, conflicting };
}
