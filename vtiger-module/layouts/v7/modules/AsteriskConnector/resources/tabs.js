/** What the tabs of one user tell each other. */
((AsteriskConnector) => {
  'use strict';

  /**
   * BroadcastChannel; where a browser has none, the storage event, which every other tab gets. Unlike Web Locks both are
   * there without https, as many CRMs in a local network are.
   */
  class Tabs {
    constructor(name) {
      this.tab = Math.random().toString(36).slice(2);
      this.listeners = new Map();
      this.key = `AsteriskConnector.${name}`;
      this.channel = typeof BroadcastChannel === 'function' ? new BroadcastChannel(this.key) : null;
      this.onMessage = (event) => this.take(event.data);
      this.onStorage = (event) => {
        if (event.key === this.key && event.newValue) this.take(JSON.parse(event.newValue));
      };
      if (this.channel) this.channel.addEventListener('message', this.onMessage);
      else window.addEventListener('storage', this.onStorage);
    }

    on(kind, run) {
      this.listeners.set(kind, run);
    }

    send(kind, content) {
      const message = { kind, content, from: this.tab };
      if (this.channel) return this.channel.postMessage(message);
      try {
        // The serial number makes each one new: an equal value would be no event.
        localStorage.setItem(this.key, JSON.stringify(Object.assign({ serial: Math.random() }, message)));
        localStorage.removeItem(this.key);
      } catch (_) {}
    }

    close() {
      if (this.channel) this.channel.close();
      else window.removeEventListener('storage', this.onStorage);
      this.listeners.clear();
    }

    take(message) {
      const run = message && message.from !== this.tab && this.listeners.get(message.kind);
      if (run) run(message.content, message.from);
    }
  }

  AsteriskConnector.Tabs = Tabs;
})(window.AsteriskConnector);
