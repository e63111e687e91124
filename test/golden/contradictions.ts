import { type ImpliedRow, impliedRows } from './implied.ts';
import { isExtension, type TrueCall, type Truth } from './truth.ts';

/** Where the rows that were worked out from the phones are not what the person in the room tells. */
export function contradictions(truth: Truth): string[] {
  const rows = impliedRows(truth);
  const told = truth.calls.flatMap((call) => {
    const number = call.callee ?? call.customer ?? call.withheld_number ?? 'anonymous';
    return against(
      call,
      rows.filter(({ customer }) => customer === number),
    );
  });
  return [...told, ...unheard(truth, rows)];
}

/** Phones have voices of their own: whom the customer heard, talked with him. */
function unheard({ timeline }: Truth, rows: readonly ImpliedRow[]): string[] {
  return timeline.flatMap(({ at, phone, ev = '' }) => {
    const [, user] = /^hears (\d{3})/.exec(ev) ?? [];
    if (phone !== 'provider' || user === undefined) return [];
    const own = rows.filter((row) => row.user === user && row.status === 'completed');
    const isTold = own.some(({ start, end }) => Date.parse(at) >= start && Date.parse(at) <= end);
    return isTold ? [] : [`at ${at} the customer heard ${user}`];
  });
}

function against(call: TrueCall, rows: readonly ImpliedRow[]): string[] {
  const talked = rows.filter(({ status }) => status === 'completed').map(({ user }) => user);
  const who = [call.direction === 'internal' ? call.caller : call.answered_by, call.last_agent];
  const agents = call.answered_by === null ? [] : who.filter((each) => each !== undefined && isExtension(each ?? ''));
  const isAnswered = call.outcome.startsWith('answered');
  return [
    ...agents.filter((agent) => !talked.includes(agent ?? '')).map((agent) => `${agent} talked`),
    ...(isAnswered === talked.length > 0 ? [] : [`the call was ${call.outcome}, and ${talked.join(', ')} talked`]),
    ...(call.recording === true && rows.every(({ recording }) => recording === null) ? ['the call was recorded'] : []),
  ];
}
