import { showCalls, showColumns } from './calls.js';
import { become, notify, speak } from './module-page.js';
import { showOffice } from './office.js';
import { chooseLanguage, fillTexts, language, make, onLanguage, text } from './texts.js';
import { addLine, startWire, translateLines } from './wire.js';

const find = (id) => document.getElementById(id);

/** An address may name the agent: a customer's card does, which is this page again. */
const asked = new URLSearchParams(location.search).get('agent');
let agent = /^10[123]$/.test(asked ?? '') ? asked : '101';
let state = null;
let events = null;

function show() {
  if (state !== null) showCalls(state.calls);
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
    state = JSON.parse(event.data);
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
  if ((await send('/call', { scenario, agent, customer })) === null) notify(text('lost'));
}

/** What will follow a click on a number; the click itself is the module's business. */
async function chooseOutcome(scenario) {
  if ((await send('/outcome', { scenario, agent })) === null) notify(text('lost'));
}

function chooseAgent(extension) {
  agent = extension;
  become(agent);
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

become(agent);
startLanguages();
startWire();
for (const run of [() => speak(language), fillTexts, showSteps, showColumns, translateLines, show]) onLanguage(run);
const office = await (await fetch('/office')).json();
showOffice(office, { agent, call, chooseOutcome, chooseAgent });
follow();
