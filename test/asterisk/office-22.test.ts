import { describeOffice } from './describe-office.ts';
import { officeTests } from './office-tests.ts';

await describeOffice('an office', '22', () => officeTests('22'));
