export interface OutboxCommand {
  readonly kind: 'outbox';
  readonly config: string | null;
  readonly action: 'list' | 'retry' | 'drop';
  /** The linkedid of the one call; null: all. */
  readonly call: string | null;
  /** null: what waits, and what was given up. */
  readonly state: OutboxState | null;
  readonly limit: number;
  readonly json: boolean;
  readonly mask: boolean;
}

const actions = ['list', 'retry', 'drop'] as const;
const states = ['waiting', 'given_up', 'delivered', 'dropped', 'all'] as const;

export type OutboxState = (typeof states)[number];

export const statesText = `${states.slice(0, -1).join(', ')} or all`;

/** Of these options `list` has those for looking, `retry` and `drop` have --all. */
const ofListing = ['state', 'limit', 'json', 'mask'];

/** What the words after `outbox` and the options ask for; a text: what is wrong with them. */
export function parseOutbox(
  given: ReadonlyMap<string, string | undefined>,
  words: readonly string[],
): OutboxCommand | string {
  const [word = 'list', extra] = words;
  const action = actions.find((one) => one === word);
  if (action === undefined) return `outbox ${word}: expected list, retry or drop`;
  if (extra !== undefined) return `outbox ${action} takes no ${extra}: expected --call ID`;
  const fault = action === 'list' ? listFault(given) : changeFault(given, action);
  if (fault !== null) return fault;
  return {
    kind: 'outbox',
    config: given.get('config') ?? null,
    action,
    call: given.get('call') ?? null,
    state: stateOf(given) ?? null,
    limit: Number(given.get('limit') ?? '100'),
    json: given.has('json'),
    mask: given.has('mask'),
  };
}

function listFault(given: ReadonlyMap<string, string | undefined>): string | null {
  if (given.has('all')) return 'outbox list has no --all: expected --state all';
  if (given.has('state') && stateOf(given) === undefined) return `--state: expected ${statesText}`;
  const limit = given.get('limit') ?? '100';
  return /^[1-9][0-9]{0,5}$/.test(limit) ? null : '--limit: expected 1 to 999999';
}

function stateOf(given: ReadonlyMap<string, string | undefined>): OutboxState | undefined {
  return states.find((state) => state === given.get('state'));
}

function changeFault(given: ReadonlyMap<string, string | undefined>, action: 'retry' | 'drop'): string | null {
  const foreign = ofListing.find((name) => given.has(name));
  if (foreign !== undefined) return `outbox ${action} has no --${foreign}`;
  if (given.has('call') && given.has('all')) return '--call and --all: expected one of the two';
  if (given.has('call') || given.has('all')) return null;
  return `outbox ${action} needs --call ID, or --all for every call with callbacks that were given up`;
}
