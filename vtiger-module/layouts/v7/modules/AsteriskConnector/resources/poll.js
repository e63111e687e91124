/** One question to poll.php. */
((AsteriskConnector) => {
  'use strict';

  const patienceMs = 8000;

  /**
   * The snapshot, or what stands in the way: `token` (refused), `connector` (the CRM does not reach it), `crm`.
   * The token goes in a header of its own: Authorization would take the place of the password of a site that has one
   * before its CRM, and PHP behind Apache often does not get it.
   *
   * @param isQuiet whether nothing is shown; then the CRM may know by itself, and cheaply, that there is nothing still
   */
  async function poll({ pollUrl, token }, isQuiet) {
    try {
      const headers = Object.assign({ 'X-Asterisk-Token': token }, isQuiet && { 'X-Asterisk-Quiet': '1' });
      const response = await AsteriskConnector.crm.fetchFor(patienceMs, pollUrl, { headers, cache: 'no-store' });
      const answer = await response.json();
      if (response.ok && Array.isArray(answer.calls)) return { snapshot: answer };
      if (response.status === 401) return { problem: 'token' };
      return { problem: answer.error === 'connector-unreachable' ? 'connector' : 'crm' };
    } catch (_) {
      return { problem: 'crm' };
    }
  }

  AsteriskConnector.poll = poll;
})(window.AsteriskConnector);
