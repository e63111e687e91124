/** What action=Live says: the token, where to ask with it, the user's preferences. Kept for the tab's next pages. */
((AsteriskConnector) => {
  'use strict';

  const { crm, tabStore } = AsteriskConnector;
  const kept = 'live';

  /** Nobody is logged in; or somebody else is, in another tab, and this page is not his. */
  function isOver({ code, result }) {
    const id = result && result.user && result.user.id;
    return code === 'logged-out' || Boolean(id && String(id) !== crm.userId());
  }

  /** The user, and why there are no calls for him: no `extension`, `shared` with a colleague, not `allowed`, or `unset`. */
  function userOf({ user, token, extensionShared }) {
    const why = [
      [!user.extension, 'extension'],
      [user.mayReceive === false, 'allowed'],
      [extensionShared, 'shared'],
      [!token, 'unset'],
    ].find(([holds]) => holds);
    return Object.assign({}, user, { noCalls: why ? why[1] : null });
  }

  class LiveToken {
    constructor() {
      this.live = tabStore.read(kept);
      this.asking = null;
      /** Why there was no answer: `crm` is silent, or the `session` is over. */
      this.problem = 'crm';
    }

    /** By the clock of the computer, not by a timer: a timer does not run while it sleeps. */
    get isFresh() {
      return this.live !== null && Date.now() < this.live.renewAt && Date.now() > this.live.gotAt - 1000;
    }

    /** The answer in force, or null: the CRM did not give one. */
    get() {
      if (this.isFresh) return Promise.resolve(this.live);
      this.asking = this.asking || this.ask();
      return this.asking;
    }

    /** It was refused. */
    drop() {
      this.live = null;
      tabStore.write(kept, null);
    }

    setUser(user) {
      if (this.live === null) return;
      this.live.user = user;
      tabStore.write(kept, this.live);
    }

    async ask() {
      const answer = await crm.get('Live');
      this.asking = null;
      this.problem = isOver(answer) ? 'session' : 'crm';
      if (this.problem === 'session' || !answer.ok || !answer.result || !answer.result.user) return null;
      const gotAt = Date.now();
      // Users who logged in together must not all renew together.
      const renewAt = gotAt + answer.result.expiresIn * 1000 * (0.7 + Math.random() * 0.2);
      this.live = Object.assign({}, answer.result, { gotAt, renewAt, user: userOf(answer.result) });
      tabStore.write(kept, this.live);
      return this.live;
    }
  }

  AsteriskConnector.LiveToken = LiveToken;
})(window.AsteriskConnector);
