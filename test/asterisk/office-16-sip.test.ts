import { testOffice } from './office-tests.ts';

await testOffice('16-sip');
