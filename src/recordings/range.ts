/** `end` is inclusive, as in HTTP. */
export interface ByteRange {
  readonly start: number;
  readonly end: number;
}

export type RangeOutcome =
  | { readonly kind: 'whole' }
  | { readonly kind: 'part'; readonly range: ByteRange }
  | { readonly kind: 'unsatisfiable' };

const single = /^bytes=[ \t]*(\d*)-(\d*)[ \t]*$/i;

/**
 * What a Range header asks of a file of `size` bytes (RFC 9110, 14.1-14.2). A header in another unit or that makes no sense
 * is ignored, as the RFC demands; so is one of several ranges, as it allows: players ask for one.
 */
export function readRange(header: string | undefined, size: number): RangeOutcome {
  const match = single.exec(header ?? '');
  const first = match?.[1] ?? '';
  const last = match?.[2] ?? '';
  if (first === '' && last === '') return { kind: 'whole' };
  if (first === '') return suffix(Number(last), size);
  const start = Number(first);
  const end = last === '' ? size - 1 : Math.min(Number(last), size - 1);
  if (last !== '' && Number(last) < start) return { kind: 'whole' };
  return start < size ? { kind: 'part', range: { start, end } } : { kind: 'unsatisfiable' };
}

/** `bytes=-500`: the last 500 bytes, or all of a smaller file. */
function suffix(length: number, size: number): RangeOutcome {
  if (length === 0 || size === 0) return { kind: 'unsatisfiable' };
  return { kind: 'part', range: { start: Math.max(0, size - length), end: size - 1 } };
}
