export interface DisguiseSettings {
  readonly ofUsers: readonly string[];
  readonly isExtension: (text: string) => boolean;
}

/**
 * PBXManager takes a caller whose number equals, as a text, any phone field of any user (a deleted one's, too) for that user,
 * and makes an outbound call of his out of a customer's call. It finds customers by digits alone: `-`, `(`, `)`, `+` and
 * blanks do not count. So `(79031230103)` is no user and still the customer (SalesPlatform 7.2, measured; vTiger 7 and 8
 * drop the same characters). A click on it dials the digits, and a search for them finds the record (measured).
 *
 * `identity`: makes one text of all the ways to write a number.
 */
export function createDisguise({ ofUsers, isExtension }: DisguiseSettings, identity: (text: string) => string) {
  const written = new Set(ofUsers.map((text) => text.trim()));
  const identities = new Set(ofUsers.map((text) => lastDigits(identity(text))));
  const isOfUser = (number: string) => written.has('*') || identities.has(lastDigits(identity(number)));
  return (number: string): string => {
    if (!/^\+?\d+$/.test(number) || isExtension(number) || !isOfUser(number)) return number;
    let shown = `(${number})`;
    while (written.has(shown)) shown = `(${shown})`;
    return shown;
  };
}

/** SalesPlatform compares no more than these; without a country plan they are what +7..., 8... and the bare number share. */
function lastDigits(text: string): string {
  return text.replace(/\D/g, '').slice(-10);
}
