/**
 * Which tab asks for all. Who becomes visible, or gets the focus, leads at once; of several claims the latest counts. A leader that is hidden
 * goes on until another one claims (what it may still do then is the feed's business), one that leaves says so, and one
 * that is silent is replaced: by a visible tab after 5 s, by a hidden one, whose timers a browser lets run once a minute,
 * after 150 s.
 */
((AsteriskConnector) => {
  'use strict';

  const beatMs = 2000;
  const silentMs = { visible: 5000, hidden: 150000 };
  const isVisible = () => document.visibilityState === 'visible';

  class Leader {
    /** @param onChange told whether this tab leads, each time that changes */
    constructor(tabs, onChange) {
      this.tabs = tabs;
      this.onChange = onChange;
      this.leads = false;
      this.claimedAt = 0;
      this.heard = { at: 0, claim: 0 };
      this.listeners = [
        [document, 'visibilitychange', () => (isVisible() ? this.claim() : this.leads && tabs.send('away'))],
        // Of two windows side by side the one that is worked in.
        [window, 'focus', () => isVisible() && !this.leads && this.claim()],
        // A page that comes back out of the browser's cache of pages has heard nothing meanwhile.
        [window, 'pageshow', (event) => event.persisted && isVisible() && this.claim()],
        [window, 'pagehide', () => this.resign()],
      ];
    }

    start() {
      for (const [target, name, run] of this.listeners) target.addEventListener(name, run);
      this.tabs.on('lead', (claim, from) => this.hear(claim, from));
      this.tabs.on('away', () => isVisible() && this.claimSoon(0));
      // Mostly the tab only goes on to its next page, which will lead again: a hidden one waits for that.
      this.tabs.on('gone', () => this.claimSoon(isVisible() ? 0 : 4000));
      this.timer = setInterval(() => this.beat(), beatMs);
      if (isVisible()) this.claim();
      else this.heard.at = Date.now();
    }

    stop() {
      for (const [target, name, run] of this.listeners) target.removeEventListener(name, run);
      clearInterval(this.timer);
      clearTimeout(this.soon);
      this.resign();
    }

    claim() {
      clearTimeout(this.soon);
      // The computer's clock may have been put back since the last one claimed.
      this.claimedAt = Math.max(Date.now(), this.heard.claim + 1);
      this.tabs.send('lead', this.claimedAt);
      this.turn(true);
    }

    /** Several tabs may have heard the same: the first one goes, the others then hear it. */
    claimSoon(ms) {
      clearTimeout(this.soon);
      this.soon = setTimeout(() => this.claim(), ms + Math.random() * 100);
    }

    resign() {
      if (!this.leads) return;
      this.turn(false);
      this.tabs.send('gone');
    }

    hear(claim, from) {
      clearTimeout(this.soon);
      this.heard = { at: Date.now(), claim: Math.max(claim, this.heard.claim) };
      if (!this.leads) return;
      const isLater = claim > this.claimedAt || (claim === this.claimedAt && from > this.tabs.tab);
      if (isLater) this.turn(false);
      else this.tabs.send('lead', this.claimedAt);
    }

    beat() {
      if (this.leads) return this.tabs.send('lead', this.claimedAt);
      const patience = isVisible() ? silentMs.visible : silentMs.hidden;
      if (Date.now() - this.heard.at > patience) this.claim();
    }

    turn(leads) {
      if (this.leads === leads) return;
      this.leads = leads;
      this.onChange(leads);
    }
  }

  AsteriskConnector.Leader = Leader;
})(window.AsteriskConnector);
