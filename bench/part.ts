/** One thing measured in one run. */
export interface Figure {
  /** What it is, as a row of the report: `popup after DialBegin at 50 calls/s, p99`. */
  readonly name: string;
  readonly unit: string;
  readonly connector: number;
  /** The same of the rulers, measured in the same run; by the ruler's name. */
  readonly rulers?: Readonly<Partial<Record<Ruler, number>>>;
  readonly target?: Target;
}

/** What the connector is held against: programs that do the same without what makes it safe. In the order of the report's columns. */
export const rulerNames = ['asterisk-manager + undici', 'raw socket', 'Koa alone', 'a commit alone'] as const;
export type Ruler = (typeof rulerNames)[number];

export interface Target {
  /** At most or at least so much. */
  readonly is: 'most' | 'least';
  readonly value: number;
  /** The value is a multiple of this ruler's. */
  readonly of?: Ruler;
}

/** A part of the bench, which can be run alone. */
export interface Part {
  readonly name: string;
  /** In a sentence, for `npm run bench -- --list`. */
  readonly about: string;
  /** One run. Leaves nothing behind. */
  measure(): Promise<readonly Figure[]>;
}
