import { make, text } from './texts.js';

const noticeMs = 5000;

const shown = new Map();
const box = () => document.getElementById('popups');

/** Milliseconds of the server's clock. */
const now = () => Date.now() + Number(document.documentElement.dataset.ahead ?? 0);

/** The calls that ring or talk at the agent, one popup each; those that are no longer among them go. */
export function showPopups(calls) {
  for (const [id, popup] of shown) {
    if (calls.some((call) => call.id === id)) continue;
    popup.element.remove();
    shown.delete(id);
  }
  for (const call of calls) {
    const popup = shown.get(call.id) ?? open(call.id);
    popup.call = call;
    fill(popup);
  }
}

function open(id) {
  const element = make('article', 'popup');
  element.dataset.call = String(id);
  const parts = {};
  for (const name of ['kind', 'name', 'company', 'number', 'time', 'clock']) {
    parts[name] = make('span', name);
    element.append(parts[name]);
  }
  // A clock that is read out every second would drown the rest.
  parts.clock.setAttribute('aria-hidden', 'true');
  box().append(element);
  const popup = { element, parts, call: null };
  shown.set(id, popup);
  return popup;
}

function fill({ element, parts, call }) {
  const talks = call.status === 'in-progress';
  element.classList.toggle('talks', talks);
  const withheld = !/\d/.test(call.number);
  const time = new Date(call.since).toLocaleTimeString('ru-RU');
  const texts = {
    kind: text(talks ? 'talking' : 'incoming'),
    name: call.customer?.name ?? text('unknown'),
    company: call.customer?.company ?? '',
    number: withheld ? text('anonymous') : call.number,
    time: [text('since').replace('{time}', time), call.line && text('lineIs').replace('{line}', call.line)]
      .filter(Boolean)
      .join(' · '),
  };
  // Only what is new is put in, or it would be read out again.
  for (const [name, value] of Object.entries(texts))
    if (parts[name].textContent !== value) parts[name].textContent = value;
  tick();
}

function tick() {
  for (const { parts, call } of shown.values()) {
    const seconds = Math.max(0, Math.floor((now() - call.since) / 1000));
    const two = (number) => String(number).padStart(2, '0');
    parts.clock.textContent = `${two(Math.floor(seconds / 60))}:${two(seconds % 60)}`;
  }
}

setInterval(tick, 250);

/** A word to the agent that goes by itself. */
export function notify(kind, words) {
  const element = make('article', `popup notice ${kind}`);
  element.append(make('span', 'kind', text(kind)), make('span', 'words', words));
  box().append(element);
  setTimeout(() => element.remove(), noticeMs);
}
