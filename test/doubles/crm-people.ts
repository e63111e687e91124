import type { CrmCustomer, CrmUser } from '../../src/tools/demo/pbxmanager-row.ts';

/** Whom a CRM must know for crm-parity.test.ts. The ids are those that a fresh SalesPlatform gives in this order. */
export const parityUsers: readonly CrmUser[] = [
  { id: 5, name: 'User 101', extension: '101' },
  { id: 6, name: 'User 102', extension: '102' },
  { id: 7, name: 'User 103', extension: '103', phones: ['79031230103'] },
  { id: 8, name: 'User 104', extension: '104' },
  // Made inactive.
  { id: 9, name: 'User 105', extension: '105' },
];

export const parityCustomers: readonly CrmCustomer[] = [
  { id: 2, type: 'Contacts', name: 'Иван Петров', number: '74951112277', owner: 1 },
  { id: 3, type: 'Contacts', name: 'Мария Сидорова', number: '+7 (903) 555-12-34', owner: 1 },
  { id: 4, type: 'Contacts', name: 'Пётр Хвостов', number: '84951223344', owner: 1 },
  { id: 5, type: 'Leads', name: 'Лидия Короткова', number: '223344', owner: 1 },
  { id: 6, type: 'Accounts', name: 'ООО Ромашка', number: '8 (499) 111-22-77', owner: 1 },
  { id: 7, type: 'Contacts', name: 'Общий Админов', number: '+7 812 333-44-55', owner: 1 },
  { id: 8, type: 'Contacts', name: 'Общий Второв', number: '+7 812 333-44-55', owner: 6 },
];
