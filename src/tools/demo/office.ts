import type { CrmCustomer, CrmUser } from './pbxmanager-row.ts';

/** Who works in the demo. */
export const agents: readonly CrmUser[] = [
  { id: 5, name: 'Anna Belova', extension: '101' },
  { id: 6, name: 'Boris Orlov', extension: '102' },
  { id: 7, name: 'Vera Kim', extension: '103' },
];

/** Whom the CRM knows: numbers as different people write them, names with everything that a careless page trips over. */
export const customers: readonly CrmCustomer[] = [
  {
    id: 11,
    type: 'Contacts',
    name: 'Irina Sokolova',
    company: 'Sokol Furniture',
    number: '+7 (921) 100-00-11',
    owner: 5,
  },
  { id: 12, type: 'Contacts', name: 'Павел Ёлкин', company: 'ООО «Рога & Копыта»', number: '8 921 100-00-12' },
  { id: 13, type: 'Leads', name: "Maria O'Neill", company: '<b>Northern Lights</b>', number: '+7 921 100 00 13' },
  { id: 14, type: 'Accounts', name: 'Volkov Logistics', number: '79211000014', owner: 6 },
];

/** Who is not in the CRM, until an agent saves him there. */
export const stranger: CrmCustomer = { id: 10, type: 'Contacts', name: '', number: '+7 921 100-00-99' };

export function agentOf(extension: unknown): CrmUser | undefined {
  return agents.find((agent) => agent.extension === extension);
}

export function callerOf(id: unknown): CrmCustomer | undefined {
  return [...customers, stranger].find((customer) => customer.id === id);
}

/** As a provider in Russia shows a caller: 7 and ten digits. */
export function shownNumber({ number }: CrmCustomer): string {
  return `7${number.replace(/\D/g, '').slice(-10)}`;
}
