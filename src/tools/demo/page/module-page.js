/** What vTiger's page says of its user to all scripts, and the module in it. */

/** Another agent logs in, without another page. */
export function become(agent) {
  window._USERMETA = { id: agent };
  // Each agent's CRM is under an address of its own.
  document.querySelector('base').href = `/as/${agent}/`;
  const { AsteriskConnector } = window;
  if (!AsteriskConnector?.page) return;
  AsteriskConnector.page.stop();
  AsteriskConnector.page = new AsteriskConnector.Page().start();
}

/** vTiger writes the user's language on its body. */
export function speak(language) {
  document.body.dataset.language = language === 'ru' ? 'ru_ru' : 'en_us';
}

/** A word to the agent that goes by itself. */
export function notify(words) {
  window.AsteriskConnector.page?.notes.show('demo', { kind: 'bad', words, ms: 5000 });
}
