import { describe } from 'vitest';
import { isRealCrmThere, realCrmName, realCrmSide } from './crm-side.ts';
import { liveTests } from './live-tests.ts';

for (const variant of ['22', '16-sip'] as const) {
  describe.skipIf(!isRealCrmThere)(
    `the connector between a real Asterisk ${variant} and a real ${realCrmName} (CRM_CALLBACK_URL)`,
    () => liveTests(variant, realCrmSide),
  );
}
