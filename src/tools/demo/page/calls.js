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

const cellNames = ['direction', 'customer', 'number', 'user', 'status', 'start', 'total', 'billed', 'recording'];

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
  element.dataset.call = String(id);
  const cells = Object.fromEntries(cellNames.map((name) => [name, make('td', name)]));
  element.append(...Object.values(cells));
  find('rows').prepend(element);
  const row = { element, cells, player: null };
  rows.set(id, row);
  return row;
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
  cells.number.textContent = /\d/.test(call.number) ? call.number : text('anonymous');
  cells.user.replaceChildren(make('strong', '', call.user.extension), make('span', 'company', call.user.name));
  const status = make('span', `status ${known ?? 'other'}`, known === undefined ? call.status : text(known));
  status.dataset.status = call.status;
  cells.status.replaceChildren(status);
  cells.start.textContent = (call.start ?? '').split(' ')[1] ?? '';
  cells.start.title = call.start ?? '';
  cells.total.textContent = seconds(call.total);
  cells.billed.textContent = seconds(call.billed);
  // As PBXManager does: only a completed call shows its recording.
  if (call.hasRecording && call.status === 'completed') showPlayer(cells.recording, call, name);
  row.element.classList.toggle('live', !over);
}

function showPlayer(cell, call, name) {
  const player = cell.querySelector('audio') ?? make('audio');
  player.setAttribute('aria-label', text('listen').replace('{name}', name));
  if (player.isConnected) return;
  Object.assign(player, { controls: true, preload: 'none', src: `/listen?id=${call.id}` });
  // Leaves the narrow player's room to the timeline.
  player.setAttribute('controlslist', 'nodownload noplaybackrate');
  cell.replaceChildren(player);
}
