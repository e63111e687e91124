/** Server-sent events from the connector, where the CRM's web server passes them on. */
((AsteriskConnector) => {
  'use strict';

  /** A proxy that buffers lets the connection open and then nothing through. */
  const firstMs = 4000;
  /** The connector says something every 15 s; three times nothing, and the line is dead though no error came. */
  const silentMs = 50000;

  class Push {
    /** @param on { snapshot(snapshot), end(why) }: the second once, and nothing after it */
    constructor({ pushUrl, token }, on) {
      this.on = on;
      this.isUp = false;
      this.wasUp = false;
      this.source = new EventSource(`${pushUrl}?token=${encodeURIComponent(token)}`);
      this.source.addEventListener('calls', (event) => this.take(event));
      this.source.addEventListener('beat', () => this.beat());
      this.source.addEventListener('bye', (event) => this.end(event.data));
      // EventSource would try again by itself, with a token that may have expired: here the feed does that.
      this.source.addEventListener('error', () => this.end('lost'));
      this.expect(firstMs);
    }

    take(event) {
      let snapshot = null;
      try {
        snapshot = JSON.parse(event.data);
      } catch (_) {}
      if (snapshot === null || !Array.isArray(snapshot.calls)) return this.end('nonsense');
      this.isUp = true;
      this.wasUp = true;
      if (this.beats) this.expect(silentMs);
      else clearTimeout(this.timer);
      this.on.snapshot(snapshot);
    }

    beat() {
      this.beats = true;
      this.expect(silentMs);
    }

    expect(ms) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.end('silent'), ms);
    }

    end(why) {
      if (this.source === null) return;
      this.close();
      this.on.end(why);
    }

    close() {
      clearTimeout(this.timer);
      if (this.source) this.source.close();
      this.source = null;
      this.isUp = false;
    }
  }

  AsteriskConnector.Push = Push;
})(window.AsteriskConnector);
