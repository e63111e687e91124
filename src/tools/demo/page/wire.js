import { make, onLanguage, text } from './texts.js';

const keptLines = 200;
const find = (id) => document.getElementById(id);

/** Adds what just went over the wire; the box follows unless somebody reads further up. */
export function addLine({ at, from, to, text: words, answer }) {
  const box = find('wire-lines');
  const follows = box.scrollHeight - box.scrollTop - box.clientHeight < 40;
  const line = make('li', `from-${from} to-${to}`);
  const parties = make('span', 'parties');
  Object.assign(parties.dataset, { from, to });
  line.append(make('time', '', clock(at)), parties, make('span', 'packet', words));
  if (answer !== undefined) line.lastElementChild.append(make('span', 'answer', ` ⇒ ${answer}`));
  box.append(line);
  translate(parties);
  while (box.children.length > keptLines) box.firstElementChild.remove();
  if (follows) box.scrollTop = box.scrollHeight;
}

function translate(parties) {
  parties.textContent = `${text(parties.dataset.from)} → ${text(parties.dataset.to)}`;
}

export function translateLines() {
  for (const parties of document.querySelectorAll('.parties')) translate(parties);
}

function clock(ms) {
  const time = new Date(ms);
  return `${time.toLocaleTimeString('ru-RU')}.${String(time.getMilliseconds()).padStart(3, '0')}`;
}

export function startWire() {
  const toggle = find('wire-toggle');
  const label = () => {
    toggle.textContent = text(toggle.ariaExpanded === 'true' ? 'hide' : 'show');
  };
  toggle.addEventListener('click', () => {
    const open = toggle.ariaExpanded !== 'true';
    toggle.ariaExpanded = String(open);
    document.body.classList.toggle('wire-hidden', !open);
    find('wire-lines').hidden = !open;
    label();
  });
  // On a narrow screen it would hide what it explains.
  if (matchMedia('(max-width: 860px)').matches) toggle.click();
  onLanguage(label);
}
