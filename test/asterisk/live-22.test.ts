import { fakeCrmSide } from './crm-side.ts';
import { describeOffice } from './describe-office.ts';
import { liveTests } from './live-tests.ts';

await describeOffice('the connector between real calls and the CRM', '22', () => liveTests('22', fakeCrmSide));
