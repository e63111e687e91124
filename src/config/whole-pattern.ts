/** An endpoint name must match `extensions.pattern` as a whole, whether or not the admin wrote the anchors. */
export function wholePattern(pattern: string): RegExp {
  return new RegExp(`^(?:${pattern})$`);
}
