import { testOffice } from './office-tests.ts';

await testOffice('22');
