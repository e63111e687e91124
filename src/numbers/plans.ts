/** How telephone numbers are written in one country: what stands before a number of the country and before one abroad. */
export interface Plan {
  /** The country code, without +. */
  readonly code: string;
  /** What is dialled before a national number within the country; the first is the one we write. */
  readonly trunk: readonly string[];
  /** What is dialled before a country code; the first is the one we write. */
  readonly international: readonly string[];
  /** National numbers: those after the country code or the trunk prefix. */
  readonly national: RegExp;
  /** National numbers that are known as such with nothing before them; null where such a text may be a local number. */
  readonly bare: RegExp | null;
  /** Numbers as they are dialled within one town. Shorter ones, and what begins like a service number, are none. */
  readonly local: RegExp;
}

/**
 * The zone of country code 7: Russia has the national numbers that begin with 3, 4, 8 and 9, Kazakhstan those with 6
 * and 7; the two dial each other with the trunk prefix. None begins with 0, 1 or 2, nor with 810: that is dialled for abroad.
 */
const zone7: Plan = {
  code: '7',
  trunk: ['8'],
  international: ['810', '00'],
  national: /^(?!810)[3-9]\d{9}$/,
  bare: /^(?!810)[3-9]\d{9}$/,
  local: /^[1-9]\d{4,6}$/,
};

/** North America: the country code is the trunk prefix as well. */
const northAmerica: Plan = {
  code: '1',
  trunk: ['1'],
  international: ['011', '00'],
  national: /^[2-9]\d{2}[2-9]\d{6}$/,
  bare: /^[2-9]\d{2}[2-9]\d{6}$/,
  local: /^[2-9]\d{6}$/,
};

/** Presets. What fits no plan is left as it is, so a plan errs on the narrow side. */
export const plans = {
  RU: zone7,
  KZ: zone7,
  /** `8 0 29 ...` from a fixed line, `0 29 ...` from a mobile. Freephone and paid numbers (`8 801 ...`) have ten digits: left alone. */
  BY: {
    code: '375',
    trunk: ['80', '0'],
    international: ['810', '00'],
    national: /^[1-4]\d{8}$/,
    bare: /^[1-4]\d{8}$/,
    local: /^[2-9]\d{4,6}$/,
  },
  /** `8 0 44 ...` until 2009, and in many address books still. */
  UA: {
    code: '380',
    trunk: ['0', '80'],
    international: ['00'],
    national: /^[3-9]\d{8}$/,
    bare: /^[3-9]\d{8}$/,
    local: /^[2-9]\d{4,6}$/,
  },
  /** Numbers of any length: `30123456` may be a local one, so nothing is taken for national without its 0. */
  DE: {
    code: '49',
    trunk: ['0'],
    international: ['00'],
    national: /^[1-9]\d{5,11}$/,
    bare: null,
    // No subscriber's number begins with 0 or 11: 116117, 11880.
    local: /^(?!0|11)\d{5,8}$/,
  },
  /** Ten digits, in a few places nine; none begins with 4 or 6. */
  GB: {
    code: '44',
    trunk: ['0'],
    international: ['00'],
    national: /^[1-35789]\d{8,9}$/,
    bare: /^[1-35789]\d{9}$/,
    local: /^[2-9]\d{4,7}$/,
  },
  IN: {
    code: '91',
    trunk: ['0'],
    international: ['00'],
    national: /^[1-9]\d{9}$/,
    bare: /^[1-9]\d{9}$/,
    local: /^[2-9]\d{5,7}$/,
  },
  US: northAmerica,
  CA: northAmerica,
} as const satisfies Readonly<Record<string, Plan>>;

export type Country = keyof typeof plans;
