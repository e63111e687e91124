import { make, text } from './texts.js';

const rows = new Map();
const find = (id) => document.getElementById(id);

/** Besides the CRM's own words a status may be any text; it is shown as it is. */
const statusKeys = {
  ringing: 'ringing',
  'in-progress': 'in-progress',
  completed: 'completed',
  'no-answer': 'no-answer',
  busy: 'status-busy',
  'Answered elsewhere': 'elsewhere',
};

/** The cells by the names of PBXManager's fields. */
const fields = {
  direction: 'direction',
  customer: 'customer',
  number: 'customernumber',
  user: 'user',
  status: 'callstatus',
  start: 'starttime',
  total: 'totalduration',
  billed: 'billduration',
  recording: 'recordingurl',
};
const cellNames = Object.keys(fields);

export function showColumns() {
  const heads = text('columns').map((title) => {
    const head = make('th', '', title);
    head.scope = 'col';
    return head;
  });
  find('columns').replaceChildren(...heads);
}

/** The newest on top. A row once made stays the same element, so that a player in it goes on playing. */
export function showCalls(calls) {
  find('no-calls').hidden = calls.length > 0;
  for (const call of [...calls].reverse()) {
    const row = rows.get(call.id) ?? add(call.id);
    fill(row, call);
  }
  for (const [id, { element }] of rows) {
    if (calls.some((call) => call.id === id)) continue;
    element.remove();
    rows.delete(id);
  }
}

function add(id) {
  const element = make('tr');
  // As vTiger's lists are made, by which the module finds its way in them.
  Object.assign(element.dataset, { id: String(id), recordurl: `index.php?module=PBXManager&view=Detail&record=${id}` });
  const cells = Object.fromEntries(cellNames.map((name) => [name, cell(name)]));
  element.append(...Object.values(cells));
  find('rows').prepend(element);
  const row = { element, cells };
  rows.set(id, row);
  return row;
}

function cell(name) {
  const element = make('td', `${name} listViewEntryValue`);
  element.dataset.name = fields[name];
  if (name === 'number') {
    element.dataset.fieldType = 'phone';
    element.append(make('span', 'value'));
  }
  return element;
}

function fill({ cells, ...row }, call) {
  cellNames.forEach((name, n) => {
    cells[name].dataset.label = text('columns')[n];
  });
  const known = statusKeys[call.status];
  const over = call.status !== 'ringing' && call.status !== 'in-progress';
  const seconds = (n) => (over ? text('seconds').replace('{n}', String(n)) : '');
  cells.direction.replaceChildren(make('span', `arrow ${call.direction}`, text(`${call.direction}Short`)));
  cells.direction.title = text(call.direction);
  const name = call.customer?.name ?? text('unknown');
  cells.customer.replaceChildren(make('strong', '', name), make('span', 'company', call.customer?.company ?? ''));
  const number = /\d/.test(call.number) ? call.number : text('anonymous');
  // The module makes a button of it, which shall stay.
  if (cells.number.textContent !== number) cells.number.firstChild.textContent = number;
  cells.user.replaceChildren(make('strong', '', call.user.extension), make('span', 'company', call.user.name));
  const status = make('span', `status ${known ?? 'other'}`, known === undefined ? call.status : text(known));
  status.dataset.status = call.status;
  cells.status.replaceChildren(status);
  cells.start.textContent = (call.start ?? '').split(' ')[1] ?? '';
  cells.start.title = call.start ?? '';
  cells.total.textContent = seconds(call.total);
  cells.billed.textContent = seconds(call.billed);
  // The module puts a player into the row of a completed call, as in vTiger.
  cells.status.dataset.rawvalue = call.status;
  row.element.classList.toggle('live', !over);
}
