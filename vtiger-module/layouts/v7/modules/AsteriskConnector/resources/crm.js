/** How the page asks the CRM. What comes back is a value; nothing here throws. */
((AsteriskConnector) => {
  'use strict';

  const patienceMs = 15000;

  /** fetch with an end: a CRM that hangs must not keep the page waiting for ever. Rejects as fetch does. */
  function fetchFor(ms, address, options) {
    const cut = new AbortController();
    const timer = setTimeout(() => cut.abort(), ms);
    const done = () => clearTimeout(timer);
    const answered = fetch(address, Object.assign({ signal: cut.signal }, options));
    answered.then(done, done);
    return answered;
  }

  function address(action, params) {
    const query = new URLSearchParams(Object.assign({ module: 'AsteriskConnector', action }, params));
    return `index.php?${query}`;
  }

  /** vTiger marks a request of a script by this header, and answers without its page around the result. */
  const asScript = { 'X-Requested-With': 'XMLHttpRequest' };

  /** csrf-magic puts its token into the page's forms, jQuery's requests and these two names, but not into fetch. */
  function csrf() {
    const { csrfMagicName, csrfMagicToken } = window;
    return csrfMagicName && csrfMagicToken ? { [csrfMagicName]: csrfMagicToken } : {};
  }

  /** Told when the CRM no longer knows who asks. */
  const session = { over: () => {} };
  const silence = { ok: false, message: '', code: '' };

  async function outcome(request) {
    try {
      const response = await request;
      const answer = await response.json();
      if (answer && answer.success === true) return { ok: true, result: answer.result };
      if (answer && answer.error && answer.error.code === 'logged-out') session.over();
      return Object.assign({}, silence, answer && answer.error);
    } catch (_) {
      // No network, a time-out, or something else than JSON.
      return silence;
    }
  }

  function get(action, params) {
    return outcome(fetchFor(patienceMs, address(action, params), { headers: asScript }));
  }

  async function post(action, params) {
    const body = new URLSearchParams(Object.assign({ module: 'AsteriskConnector', action }, params, csrf()));
    const answer = await outcome(fetchFor(patienceMs, 'index.php', { method: 'POST', headers: asScript, body }));
    if (answer !== silence) return answer;
    // Of a session that is over csrf-magic says "Invalid request", and nothing else.
    const live = await get('Live');
    return live.code === 'logged-out' ? live : answer;
  }

  /** Whose page this is: tabs of two users in one browser must not mix. */
  function userId() {
    const user = window._USERMETA;
    return user && user.id ? String(user.id) : '0';
  }

  AsteriskConnector.crm = { get, post, address, fetchFor, userId, session };
})(window.AsteriskConnector);
