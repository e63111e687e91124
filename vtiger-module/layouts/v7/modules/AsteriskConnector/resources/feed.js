/**
 * The snapshots, in the tab that leads: pushed where that works, else asked for about once a second while the page is
 * visible. While no tab is visible nothing is asked; only a push that stands is kept, so that the phone is heard.
 */
((AsteriskConnector) => {
  'use strict';

  const { Push, userStore } = AsteriskConnector;
  /** From the begin of one question to the next: with the way there and back a change is shown within a second. */
  const pollMs = 800;
  const mostMs = 30000;
  /** Each trial that fails is an error in the browser's console: where push never worked there are few. */
  const lostAgainMs = { first: 5000, most: 600000 };
  const neverAgainMs = { first: 1800000, most: 43200000 };
  const unknown = { failures: 0, againAt: 0, works: false, hasWorked: false };

  const isVisible = () => document.visibilityState === 'visible';
  /** Between half and all of it: those who were cut off together do not come back together. */
  const spread = (ms) => ms * (0.5 + Math.random() / 2);

  class Feed {
    /** @param on { snapshot(snapshot), user(user), trouble(null | 'crm' | 'connector' | 'session'), isQuiet() } */
    constructor(token, on) {
      this.token = token;
      this.on = on;
      this.push = null;
      this.failures = 0;
      this.pushState = userStore.read('push') || unknown;
      this.wake = () => {};
      this.onVisible = () => this.wake();
    }

    start() {
      this.run = {};
      document.addEventListener('visibilitychange', this.onVisible);
      void this.loop(this.run);
    }

    stop() {
      this.run = null;
      document.removeEventListener('visibilitychange', this.onVisible);
      this.closePush();
      this.wake();
    }

    async loop(run) {
      // A push that worked on the page before will on this one: polling only if it does not at once.
      let wait = (await this.openPush(run)) ? 1500 : 0;
      while (this.run === run) {
        await this.pause(wait, run);
        if (this.run !== run) return;
        if (!isVisible() || this.isPushed) wait = await this.watch(run);
        else wait = await this.ask(run);
      }
    }

    /** Push stands or nobody looks: only sees to it that the token stays good and a lost push comes back. */
    async watch(run) {
      if (this.isPushed && !this.token.isFresh) return this.renewPush(run);
      if (this.pushState.works) await this.openPush(run);
      return 15000;
    }

    /** Before the token ends: the line that stands is kept until there is another token, and no call is missed. */
    async renewPush(run) {
      const live = await this.token.get();
      if (this.run !== run) return 0;
      if (live === null) {
        if (this.token.problem === 'session') this.closePush();
        return this.isPushed ? spread(mostMs) : 0;
      }
      this.on.user(live.user);
      this.closePush();
      await this.openPush(run);
      return 1500;
    }

    async ask(run) {
      const began = Date.now();
      const live = await this.token.get();
      if (this.run !== run) return 0;
      if (live === null) return this.failed(this.token.problem);
      this.on.user(live.user);
      // No extension, no calls.
      if (!live.token) return this.well(Math.max(60000, live.renewAt - Date.now()));
      await this.openPush(run);
      const answer = await AsteriskConnector.poll(live, this.on.isQuiet());
      if (this.run !== run || this.isPushed) return 0;
      if (answer.problem) return this.refused(answer.problem);
      this.on.snapshot(answer.snapshot);
      return this.well(Math.max(100, pollMs - (Date.now() - began)));
    }

    get isPushed() {
      return this.push !== null && this.push.isUp;
    }

    refused(problem) {
      if (problem !== 'token') return this.failed(problem);
      this.token.drop();
      return this.failed('crm');
    }

    well(wait) {
      this.failures = 0;
      this.on.trouble(null);
      return wait;
    }

    failed(problem) {
      this.failures += 1;
      this.on.trouble(problem);
      // Nothing changes before somebody has logged in.
      if (problem === 'session') return spread(mostMs);
      return spread(Math.min(mostMs, 1000 * 2 ** Math.min(this.failures, 5)));
    }

    /** @returns whether a push is on its way that is worth waiting for */
    async openPush(run) {
      if (this.push !== null || Date.now() < this.pushState.againAt || typeof EventSource !== 'function') return false;
      // Another tab may have tried meanwhile.
      this.pushState = userStore.read('push') || this.pushState;
      if (Date.now() < this.pushState.againAt) return false;
      const live = await this.token.get();
      if (this.run !== run || this.push !== null || !live || !live.token || !live.pushUrl) return false;
      this.on.user(live.user);
      this.push = new Push(live, {
        snapshot: (snapshot) => this.pushed(snapshot),
        end: (why) => this.pushEnded(why),
      });
      return this.pushState.works;
    }

    pushed(snapshot) {
      if (!this.pushState.works || this.pushState.failures > 0)
        this.keepPush({ failures: 0, againAt: 0, works: true, hasWorked: true });
      this.well(0);
      this.on.snapshot(snapshot);
    }

    pushEnded(why) {
      const { works, hasWorked, failures } = this.pushState;
      const stood = this.push && this.push.wasUp;
      this.push = null;
      if (why === 'expired') this.token.drop();
      // Its time was over, and that is no failure.
      if (why === 'expired' && stood) return this.soon(0);
      const { first, most } = hasWorked ? lostAgainMs : neverAgainMs;
      const againAt = Date.now() + spread(Math.min(most, first * 2 ** Math.min(failures, 7)));
      this.keepPush({ failures: failures + 1, againAt, works: works && failures < 3, hasWorked });
      // Polling takes over; not by all of a thousand users in the same moment.
      if (stood) this.soon(why === 'silent' ? 0 : Math.random() * 1000);
    }

    keepPush(state) {
      this.pushState = state;
      userStore.write('push', state);
    }

    /** What is known of the user is no longer so: asks anew. */
    restart() {
      if (!this.run) return;
      this.token.drop();
      this.closePush();
      this.wake();
    }

    closePush() {
      if (this.push) this.push.close();
      this.push = null;
    }

    pause(ms, run) {
      return new Promise((resolve) => {
        const timer = setTimeout(resolve, ms);
        this.wake = () => {
          clearTimeout(timer);
          resolve();
        };
        this.soon = (sooner) => setTimeout(() => this.run === run && this.wake(), sooner);
      });
    }
  }

  AsteriskConnector.Feed = Feed;
})(window.AsteriskConnector);
