/** vTiger loads lists, tabs and overlays into the page that stands: what is new is looked at soon after. */
((AsteriskConnector) => {
  'use strict';

  const waitMs = 150;

  class PageWatch {
    /** @param own what we put in ourselves, and @param look called at once and after changes, not more often than needed */
    constructor(own, look) {
      this.look = look;
      this.observer = new MutationObserver((changes) => {
        if (changes.some(({ target }) => !own.contains(target))) this.soon();
      });
    }

    start() {
      this.look();
      this.observer.observe(document.body, { childList: true, subtree: true });
    }

    soon() {
      this.timer = this.timer || setTimeout(() => this.now(), waitMs);
    }

    now() {
      this.timer = null;
      this.look();
      // What was changed by looking is nothing new.
      this.observer.takeRecords();
    }

    stop() {
      this.observer.disconnect();
      clearTimeout(this.timer);
    }
  }

  AsteriskConnector.PageWatch = PageWatch;
})(window.AsteriskConnector);
