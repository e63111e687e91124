/** One capture of a real Asterisk within a scenario. */
export interface Part {
  /** Its folder in test/captures/22. */
  readonly capture: string;
  /** Milliseconds after the scenario's begin. */
  readonly afterMs: number;
  /** Called by the next customer instead of the one who was chosen. */
  readonly nextCustomer?: true;
}

const one = (capture: string): readonly Part[] => [{ capture, afterMs: 0 }];

/** What can happen when a customer calls, by what the agent does. */
export const inboundScenarios = {
  answered: one('s01'),
  missed: one('s02'),
  busy: one('s04'),
  declined: one('s05'),
  // One is answered, the other rings meanwhile and gives up.
  two: [
    { capture: 's06', afterMs: 0 },
    { capture: 's02', afterMs: 700, nextCustomer: true },
  ],
  // All three phones ring, and one that is not mine answers.
  queue: one('s14'),
  // I answer, and put the caller through to a colleague.
  transfer: one('s18'),
  withheld: one('s26'),
  special: one('s27'),
} as const satisfies Record<string, readonly Part[]>;

export type InboundScenario = keyof typeof inboundScenarios;

/** What can follow a click on a number. */
export const clickScenarios = {
  answered: 's11',
  busy: 's13',
  declined: 's12b',
  // My phone rings for ten seconds.
  unanswered: 's12',
} as const;

export type ClickScenario = keyof typeof clickScenarios;

export function isInbound(name: unknown): name is InboundScenario {
  return typeof name === 'string' && Object.hasOwn(inboundScenarios, name);
}

export function isClick(name: unknown): name is ClickScenario {
  return typeof name === 'string' && Object.hasOwn(clickScenarios, name);
}
