/**
 * JSON is decoded before anything looks at a value. SalesPlatform takes one element for the value itself; none or
 * several fit no column: it answers 500 and, if a row was being made, leaves its transaction open (null). What is no
 * JSON stays as it is.
 */
export function decodedBySalesPlatform(value: string): string | null {
  const json = parsed(value);
  return json === undefined ? value : elementOf(json);
}

/** Their elements would go into PHP's text functions, which PHP 8 refuses. */
const readAsText = ['callerIdNumber', 'channel'];

/**
 * vTiger 8.0.0 on PHP 8.2 (measured): much alike, but a value that begins like JSON and is none is lost without a word.
 * Several elements are simplified: it says 200, lets the database complain in the answer and changes no row.
 */
export function decodedByVanilla(value: string, parameter: string): string | null {
  const json = parsed(value);
  if (json === undefined) return /^[[{]/.test(value) ? '' : value;
  return readAsText.includes(parameter) ? null : elementOf(json);
}

/** undefined: it does not begin like JSON, or is none. */
function parsed(value: string): object | undefined {
  if (!/^[[{]/.test(value)) return undefined;
  try {
    return JSON.parse(value) as object;
  } catch {
    return undefined;
  }
}

function elementOf(json: object): string | null {
  const [element, ...others] = Object.values(json);
  const isOne = others.length === 0 && (typeof element === 'string' || typeof element === 'number');
  return isOne ? String(element) : null;
}
