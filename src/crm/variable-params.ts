import type { Variables } from '../call/call-event.ts';
import { shieldText } from './shield.ts';

/** As much of a variable as is sent. */
const longest = 200;

/** Channel variables as parameters of a callback, besides its own: PBXManager ignores them, a site's own changes to it need not. */
export function variableParams(variables: Variables): Record<string, string> {
  return Object.fromEntries(Object.entries(variables).map(([name, value]) => [name, shieldText(value, longest)]));
}
