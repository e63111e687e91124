import { describeOffice } from './describe-office.ts';
import { officeTests } from './office-tests.ts';

await describeOffice('an office', '16-sip', () => officeTests('16-sip'));
