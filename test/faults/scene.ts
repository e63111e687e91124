import { setTimeout as pause } from 'node:timers/promises';
import type { FakeCrm } from '../doubles/fake-crm.ts';
import type { ConnectorProcess } from './connector-process.ts';
import type { LivingAsterisk } from './living-asterisk.ts';
import type { Plan } from './plan.ts';

/** A run under way. */
export interface Scene {
  readonly plan: Plan;
  readonly asterisk: LivingAsterisk;
  readonly crm: FakeCrm;
  readonly connector: ConnectorProcess;
  readonly folder: string;
  readonly lag: { readonly mostMs: number };
  /** Epoch milliseconds. */
  readonly begin: number;
}

/** Waits until something is so, or the time is over. */
export async function until(isSo: () => boolean | Promise<boolean>, limitMs: number): Promise<boolean> {
  for (const end = Date.now() + limitMs; Date.now() < end; await pause(50)) if (await isSo()) return true;
  return isSo();
}
