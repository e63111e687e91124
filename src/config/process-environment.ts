export type Environment = Readonly<Record<string, string | undefined>>;

/** The process's own, which nothing else in the program reads. */
export function environment(): Environment {
  return process.env;
}
