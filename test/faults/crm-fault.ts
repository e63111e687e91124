import type { CrmFault } from '../doubles/fake-crm.ts';
import type { FaultKind, PlannedFault } from './plan.ts';

const page = '<!DOCTYPE html><html><body>We are back soon</body></html>';
const failure = '<?xml version="1.0" encoding="utf-8"?><Response><Authentication>Failure</Authentication></Response>';

/** What the CRM does to each request during a fault; undefined: it is a fault of another kind. */
export function crmFaultOf({ kind, forMs }: PlannedFault): CrmFault | undefined {
  return kind === 'crm slow' ? { delayMs: Math.min(forMs, 1_500) } : faults[kind];
}

const faults: Partial<Record<FaultKind, CrmFault>> = {
  'crm hangs': 'hang',
  'crm answers 502': { status: 502, body: '<html>Bad Gateway</html>' },
  'crm answers 503': { status: 503, body: '' },
  'crm answers a web page': { status: 200, body: page },
  'crm resets before': 'reset',
  'crm resets after': 'applyAndReset',
  'crm fails after': { status: 500, body: '', applied: true },
  'crm refuses the token': { status: 200, body: failure },
};
