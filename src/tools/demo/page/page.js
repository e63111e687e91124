import { showCalls, showColumns } from './calls.js';
import { showOffice } from './office.js';
import { notify, showPopups } from './popups.js';
import { chooseLanguage, fillTexts, language, make, onLanguage, text } from './texts.js';
import { addLine, startWire, translateLines } from './wire.js';

const find = (id) => document.getElementById(id);

let agent = '101';
let state = null;
let events = null;

function show() {
  if (state === null) return;
  showPopups(state.popups);
  showCalls(state.calls);
}

/** One stream at a time: the popups in it are those of the chosen agent. */
function follow() {
  events?.close();
  events = new EventSource(`/events?agent=${agent}`);
  events.addEventListener('open', () => {
    // What is remembered of the past comes again.
    find('wire-lines').replaceChildren();
    find('link-state').textContent = '';
  });
  events.addEventListener('error', () => {
    find('link-state').textContent = text('lost');
  });
  events.addEventListener('state', (event) => {
    const { now, ...rest } = JSON.parse(event.data);
    // The server's clock counts; ours may be another.
    state = { ...rest, ahead: now - Date.now() };
    document.documentElement.dataset.ahead = String(state.ahead);
    show();
  });
  events.addEventListener('wire', (event) => addLine(JSON.parse(event.data)));
}

async function send(path, wish) {
  const options = { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify(wish) };
  const response = await fetch(path, options).catch(() => null);
  return response?.ok ? response : null;
}

async function call(scenario, customer) {
  if ((await send('/call', { scenario, agent, customer })) === null) notify('clickFailed', text('clickFailedText'));
}

async function click(scenario, customer) {
  const response = await send('/click', { scenario, agent, customer: customer.id });
  const { placed } = response === null ? { placed: false } : await response.json();
  if (!placed) return notify('clickFailed', text('clickFailedText'));
  notify('pickUp', text('pickUpText').replace('{extension}', agent).replace('{number}', customer.number));
}

function chooseAgent(extension) {
  agent = extension;
  follow();
}

function showSteps() {
  find('steps').replaceChildren(...text('steps').map((step) => make('li', '', step)));
  find('readme').href = `/readme?language=${language}`;
}

function startLanguages() {
  for (const input of document.querySelectorAll('[name=language]')) {
    input.checked = input.value === language;
    input.addEventListener('change', () => chooseLanguage(input.value));
  }
}

startLanguages();
startWire();
for (const run of [fillTexts, showSteps, showColumns, translateLines, show]) onLanguage(run);
const office = await (await fetch('/office')).json();
showOffice(office, { call, click, chooseAgent });
follow();
