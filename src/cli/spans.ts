/** What an option for a time wants. */
export const timeWanted = 'a time such as 2026-11-21 or "2026-11-21 14:30"';

export function isDays(text: string): boolean {
  return /^[0-9]{1,4}$/.test(text) && Number(text) > 0;
}

export function isTime(text: string): boolean {
  const found = /^(\d{4}-\d\d-\d\d)(?:[ T](\d\d:\d\d(?::\d\d)?))?$/.exec(text);
  return found !== null && !Number.isNaN(Date.parse(`${found[1]}T${found[2] ?? '00:00'}Z`));
}
