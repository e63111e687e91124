import { english } from './texts-en.js';
import { russian } from './texts-ru.js';

const all = { en: english, ru: russian };
const listeners = [];

export let language = (navigator.language ?? 'en').toLowerCase().startsWith('ru') ? 'ru' : 'en';

/** A text of the page in the chosen language. */
export function text(key) {
  return all[language][key] ?? english[key] ?? key;
}

/** Calls back now and whenever the language changes. */
export function onLanguage(run) {
  listeners.push(run);
  run();
}

export function chooseLanguage(chosen) {
  language = chosen;
  for (const run of listeners) run();
}

/** Fills everything in the page that names a text. */
export function fillTexts() {
  document.documentElement.lang = language;
  document.title = text('title');
  for (const element of document.querySelectorAll('[data-text]')) element.textContent = text(element.dataset.text);
}

/** Makes an element with a class and a text; whatever the text holds stays text. */
export function make(tag, className = '', content = '') {
  const element = document.createElement(tag);
  if (className !== '') element.className = className;
  if (content !== '') element.textContent = content;
  return element;
}
