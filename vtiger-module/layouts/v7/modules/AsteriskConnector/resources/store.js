/** What outlives a page: by tab (the next page of it begins where this one ended) or by user. */
((AsteriskConnector) => {
  'use strict';

  const key = (name) => `AsteriskConnector.${AsteriskConnector.crm.userId()}.${name}`;

  /** A browser may forbid storing, or be out of room: then nothing is remembered. */
  function read(storage, name) {
    try {
      return JSON.parse(storage().getItem(key(name)));
    } catch (_) {
      return null;
    }
  }

  function write(storage, name, value) {
    try {
      if (value === null) storage().removeItem(key(name));
      else storage().setItem(key(name), JSON.stringify(value));
    } catch (_) {}
  }

  const of = (storage) => ({
    read: (name) => read(storage, name),
    write: (name, value) => write(storage, name, value),
  });

  /** Of this tab only, and gone with it: what concerns customers and calls. */
  AsteriskConnector.tabStore = of(() => window.sessionStorage);
  /** Of this user in this browser. */
  AsteriskConnector.userStore = of(() => window.localStorage);
})(window.AsteriskConnector);
