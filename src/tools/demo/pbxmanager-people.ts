import { type CrmCustomer, type CrmUser, isSameText } from './pbxmanager-row.ts';

/** Whom the CRM knows, found as PBXManager finds them. */
export interface People {
  /** In order of their ids. */
  readonly users: readonly CrmUser[];
  /** Who has the number in any of his phone fields; of several the one with the lowest id. */
  userOf(number: string): CrmUser | undefined;
  /** Who has the number. */
  customerOf(number: string, owner?: CrmUser): CrmCustomer | undefined;
}

type CustomerOf = People['customerOf'];

export function people(unordered: readonly CrmUser[], customerOf: CustomerOf): People {
  const users = [...unordered].sort((one, other) => one.id - other.id);
  return {
    users,
    userOf(number) {
      if (isEmpty(number)) return undefined;
      return users.find(({ extension, phones = [] }) =>
        [extension, ...phones].some((phone) => isSameText(phone, number)),
      );
    },
    customerOf,
  };
}

/**
 * SalesPlatform: ten digits or more are compared by their last ten, fewer exactly; of several customers it takes one
 * that is assigned to `owner`, if there is one.
 */
export function salesPlatformCustomers(customers: readonly CrmCustomer[]): CustomerOf {
  return (number, owner) => {
    const wanted = bare(number);
    if (wanted === '') return undefined;
    const found = customers.filter((customer) => isNumber(bare(customer.number), wanted));
    return found.find((customer) => owner !== undefined && customer.owner === owner.id) ?? found[0];
  };
}

/**
 * vTiger: the first customer whose number begins or ends with the given one. So `7` is the first with a number abroad,
 * an empty number is the first of all, and `+7495...` is nobody where `8495...` is stored.
 */
export function vanillaCustomers(customers: readonly CrmCustomer[]): CustomerOf {
  return (number) => {
    const wanted = bare(number).toLowerCase();
    return customers.find((customer) => {
      const stored = bare(customer.number).toLowerCase();
      return stored.startsWith(wanted) || stored.endsWith(wanted);
    });
  };
}

function isNumber(stored: string, wanted: string): boolean {
  return wanted.length >= 10 ? stored.endsWith(wanted.slice(-10)) : stored === wanted;
}

function bare(number: string): string {
  return number.replace(/[-()\s+]/g, '');
}

/** What PHP's empty() takes a text for: `0` is empty as well. */
export function isEmpty(text: string): boolean {
  return text === '' || text === '0';
}

const numeric = /^\s*[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i;

/** What PHP 7's is_numeric() says. */
export function isNumeric(text: string): boolean {
  return numeric.test(text);
}

/** What PHP 7's == says of two texts: `+101`, `0101` and `101` are equal, for both are numbers. */
export function isLooselyEqual(one: string, other: string): boolean {
  return one === other || (isNumeric(one) && isNumeric(other) && Number(one) === Number(other));
}
