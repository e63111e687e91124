/** Where recordings may be, as this machine sees it, and how Asterisk's paths become such ones. All absolute. */
export interface RecordingPlaces {
  readonly roots: readonly string[];
  /** For an Asterisk on another machine whose recordings are mounted elsewhere here. */
  readonly pathMap: readonly { readonly from: string; readonly to: string }[];
}

export type Located =
  | { readonly kind: 'candidate'; readonly path: string }
  | { readonly kind: 'refused'; readonly why: string };

/** Linux's PATH_MAX. Longer paths cannot be opened, and are no recording. */
const maximumLength = 4096;

/**
 * The file that an Asterisk path means here, if it may be served. A caller can choose part of a recording's name (an office
 * may name files by caller ID), so the text is not trusted. Symbolic links are not looked at: that is for who opens the file.
 */
export function locate(asteriskPath: string, places: RecordingPlaces): Located {
  if (asteriskPath.length > maximumLength) return refused(`the path has more than ${maximumLength} characters`);
  if (asteriskPath.includes('\0')) return refused('the path holds a NUL');
  if (!asteriskPath.startsWith('/')) return refused('the path is not absolute');
  const path = mapped(normalise(asteriskPath), places);
  const allowed = places.roots.some((root) => isInside(path, normalise(root)));
  return allowed ? { kind: 'candidate', path } : refused('the path is outside the configured recording roots');
}

function refused(why: string): Located {
  return { kind: 'refused', why };
}

/** Without `.`, `..`, doubled and trailing slashes. `..` at the top stays there. */
function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return `/${parts.join('/')}`;
}

/** By the longest prefix that ends at a slash; others stay as they are. */
function mapped(path: string, places: RecordingPlaces): string {
  const fitting = places.pathMap
    .map(({ from, to }) => ({ from: normalise(from), to }))
    .filter(({ from }) => isInside(path, from))
    .sort((a, b) => b.from.length - a.from.length)[0];
  if (fitting === undefined) return path;
  const rest = fitting.from === '/' ? path : path.slice(fitting.from.length);
  return normalise(`${fitting.to}${rest}`);
}

/** Both normalised. A root is not inside itself: it is no file. */
export function isInside(path: string, root: string): boolean {
  return root === '/' ? path !== '/' : path.startsWith(`${root}/`);
}
