/** Server-sent events from the connector, where the CRM's web server passes them on. */
((AsteriskConnector) => {
  'use strict';

  /** A proxy that buffers lets the connection open and then nothing through. */
  const firstMs = 4000;
  /** The connector says something every 15 s, or the line is dead though no error came. */
  const silentMs = 20000;
  const leavingMs = 100;

  class Push {
    /** @param on { snapshot(snapshot), end(why) }: the second once, and nothing after it */
    constructor({ pushUrl, token }, on) {
      this.on = on;
      this.isUp = false;
      this.wasUp = false;
      this.heardAt = Date.now();
      this.source = new EventSource(`${pushUrl}?token=${encodeURIComponent(token)}`);
      this.source.addEventListener('calls', (event) => this.take(event));
      this.source.addEventListener('beat', () => this.hear());
      this.source.addEventListener('bye', (event) => this.end(event.data));
      // EventSource would try again by itself, with a token that may have expired: here the feed does that.
      // A page that is being left has its lines cut before it is told `pagehide`: that is no failure.
      this.source.addEventListener('error', () => setTimeout(() => this.end('lost'), leavingMs));
      // By the clock, not by one long timer: that does not run while the computer sleeps.
      this.timer = setInterval(() => this.look(), 1000);
      this.onVisible = () => this.look();
      this.onOnline = () => this.end('lost');
      document.addEventListener('visibilitychange', this.onVisible);
      window.addEventListener('online', this.onOnline);
    }

    take(event) {
      let snapshot = null;
      try {
        snapshot = JSON.parse(event.data);
      } catch (_) {}
      if (snapshot === null || !Array.isArray(snapshot.calls)) return this.end('nonsense');
      this.isUp = true;
      this.wasUp = true;
      this.hear();
      this.on.snapshot(snapshot);
    }

    hear() {
      this.heardAt = Date.now();
    }

    look() {
      if (Date.now() - this.heardAt > (this.isUp ? silentMs : firstMs)) this.end('silent');
    }

    end(why) {
      if (this.source === null) return;
      this.close();
      this.on.end(why);
    }

    close() {
      clearInterval(this.timer);
      document.removeEventListener('visibilitychange', this.onVisible);
      window.removeEventListener('online', this.onOnline);
      if (this.source) this.source.close();
      this.source = null;
      this.isUp = false;
    }
  }

  AsteriskConnector.Push = Push;
})(window.AsteriskConnector);
