import { fakeCrmSide } from './crm-side.ts';
import { describeOffice } from './describe-office.ts';
import { liveTests } from './live-tests.ts';

await describeOffice("the connector between real calls and vTiger's own PBXManager", '22', () =>
  liveTests('22', () => fakeCrmSide('vanilla')),
);
