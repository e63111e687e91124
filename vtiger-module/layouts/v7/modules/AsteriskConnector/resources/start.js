/** Joins the parts, on every page of the CRM. */
((AsteriskConnector) => {
  'use strict';

  const { Tabs, Leader, LiveToken, Feed, Customers, Popups, Notes, Sound, Clicks, Links, Bar } = AsteriskConnector;
  const { PhoneLinks, PageWatch, make, crm, text } = AsteriskConnector;

  /** Shorter ones are not worth a word. */
  const troubleMs = 10000;

  const isQuiet = (snapshot) =>
    snapshot !== null &&
    !snapshot.lost &&
    snapshot.linkUp &&
    [snapshot.calls, snapshot.ended, snapshot.clicks].every((parts) => parts.length === 0);

  class Page {
    constructor() {
      this.box = make('div', 'asterisk-calls');
      this.box.setAttribute('role', 'region');
      this.box.setAttribute('aria-label', text('calls'));
      document.body.append(this.box);
      this.user = null;
      this.snapshot = null;
      this.badSince = 0;
      this.isSessionOver = false;
      this.tabs = new Tabs(crm.userId());
      this.notes = new Notes(this.box);
      this.links = new Links();
      this.choose = (preferences) => this.savePreferences(preferences);
      this.customers = new Customers(this.tabs, () => this.show());
      const { box, notes, tabs, links, choose, customers } = this;
      // What is not heard to end must not go on ringing.
      const hears = () => document.visibilityState === 'visible' || this.feed.isPushed;
      this.popups = new Popups({ box, notes, tabs, links, choose, customers, sound: new Sound(), hears });
      this.onVisibility = () => this.turn();
      this.clicks = new Clicks({ notes, links, isTold: () => this.user !== null && !this.user.noCalls });
      this.call = (number, record) => this.clicks.call(number, record);
      // Recordings are for those without a phone too.
      this.watch = new PageWatch(this.box, () => this.scan());
      this.token = new LiveToken();
      this.feed = new Feed(this.token, {
        snapshot: (snapshot) => this.take(snapshot),
        isQuiet: () => isQuiet(this.snapshot),
        user: (user) => this.setUser(user),
        trouble: (problem) => this.trouble(problem),
      });
      this.leader = new Leader(this.tabs, (leads) => this.lead(leads));
    }

    start() {
      this.tabs.on('snapshot', (snapshot) => {
        this.snapshot = snapshot;
      });
      this.tabs.on('state', (state) => this.hearState(state));
      this.tabs.on('user', (user) => {
        this.token.setUser(user);
        this.setUser(user);
      });
      this.watch.start();
      this.leader.start();
      document.addEventListener('visibilitychange', this.onVisibility);
      crm.session.over = () => this.token.live !== null && this.feed.restart();
      return this;
    }

    turn() {
      // While hidden nothing was asked: what failed before that is long ago.
      this.badSince = 0;
      clearTimeout(this.badTimer);
      this.popups.ringOrNot();
    }

    stop() {
      clearTimeout(this.badTimer);
      document.removeEventListener('visibilitychange', this.onVisibility);
      this.leader.stop();
      this.feed.stop();
      this.popups.stop();
      this.links.stop();
      this.notes.clear();
      this.watch.stop();
      this.unequip();
      this.tabs.close();
      this.box.remove();
    }

    lead(leads) {
      if (leads) this.feed.start();
      else {
        this.feed.stop();
        // A tab that was just opened knows nothing yet.
        const { snapshot, customers, popups } = this;
        if (snapshot)
          this.tabs.send('state', { snapshot, answers: customers.answers, dismissed: [...popups.dismissed] });
      }
      this.show();
    }

    hearState({ snapshot, answers, dismissed }) {
      for (const id of dismissed) this.popups.forget(id);
      for (const id of Object.keys(answers)) this.customers.keep(id, answers[id]);
      if (this.snapshot === null) this.snapshot = snapshot;
      this.show();
    }

    take(snapshot) {
      // The connector's clock counts; ours may be another.
      snapshot.ahead = Date.parse(snapshot.at) - Date.now();
      this.snapshot = snapshot;
      this.tabs.send('snapshot', snapshot);
      this.trouble(snapshot.linkUp === false ? 'asterisk' : null);
      this.show();
    }

    scan() {
      if (this.phones) this.phones.scan();
      AsteriskConnector.scanRecordings();
    }

    /** Told again and again: an admin may give or take an extension, or the right to receive calls, while the page is open. */
    setUser(user) {
      const isNew = this.user === null;
      this.user = user;
      if (!user.callsElsewhere) AsteriskConnector.replaceStockClicks(this.call);
      if (user.extension) this.equip(user);
      else this.unequip();
      if (user.noCalls) this.lose();
      else if (isNew) this.show();
    }

    /** What only those need who have an extension. */
    equip(user) {
      if (this.bar) this.bar.show();
      else {
        this.bar = new Bar({ box: this.box, choose: this.choose, user: () => this.user });
        this.popups.restoreDrafts(user);
      }
      this.equipPhones(user.mayCall && !user.callsElsewhere);
    }

    equipPhones(may) {
      if (may === Boolean(this.phones)) return;
      if (this.phones) this.phones.stop();
      this.phones = may ? new PhoneLinks(this.call) : null;
      if (!may) return;
      this.phones.start();
      this.phones.scan();
    }

    unequip() {
      if (this.bar) this.bar.stop();
      this.bar = null;
      this.equipPhones(false);
    }

    trouble(problem) {
      if (problem === null) this.badSince = 0;
      else this.badSince = this.badSince || Date.now();
      const isLong = problem === 'session' || (problem !== null && Date.now() - this.badSince >= troubleMs);
      clearTimeout(this.badTimer);
      // The next question may be half a minute away.
      if (problem !== null && !isLong)
        this.badTimer = setTimeout(() => this.trouble(problem), this.badSince + troubleMs - Date.now());
      this.tellSession(problem === 'session');
      if (this.bar && (problem === null || isLong)) this.bar.trouble(problem);
      // Who is not heard for so long knows nothing of the calls that were there.
      if (isLong && problem !== 'asterisk') this.lose();
    }

    /** No calls are known any more; that is not the same as that they have ended. */
    lose() {
      if (this.snapshot === null || this.snapshot.lost) return;
      this.snapshot = Object.assign({}, this.snapshot, { calls: [], ended: [], clicks: [], lost: true });
      this.tabs.send('snapshot', this.snapshot);
      this.show();
    }

    /** Not a trouble that passes: it stays until he has logged in, or closed it. */
    tellSession(isOver) {
      if (isOver === this.isSessionOver) return;
      this.isSessionOver = isOver;
      if (isOver) this.notes.show('session', { kind: 'bad', words: text('session'), ms: 0 });
      else this.notes.remove('session');
    }

    show() {
      if (this.user === null) return;
      const { leads } = this.leader;
      this.popups.show(this.snapshot, this.user, leads);
      if (this.snapshot === null || this.snapshot.lost) return;
      if (leads) this.clicks.show(this.snapshot);
      this.links.show(this.snapshot);
    }

    async savePreferences({ popup, outgoing, sound }) {
      const before = this.user;
      this.keepUser(Object.assign({}, before, { popup, outgoing, sound }));
      // PHP takes any text for true.
      const params = { popup, outgoing: outgoing ? 1 : 0, sound: sound ? 1 : 0 };
      const answer = await crm.post('Preferences', params);
      if (answer.ok) return;
      this.keepUser(before);
      this.notes.show('preferences', { kind: 'bad', words: text('notKept'), ms: 5000 });
    }

    keepUser(user) {
      this.user = user;
      if (this.bar) this.bar.show();
      this.token.setUser(user);
      this.tabs.send('user', user);
      this.show();
    }
  }

  AsteriskConnector.Page = Page;

  function begin() {
    // Later than PBXManager's script, wherever in the page that stands, and before `load`, when it begins.
    AsteriskConnector.silenceStock();
    // A page without a user is the login's, or a form for outsiders.
    if (crm.userId() !== '0') AsteriskConnector.page = new Page().start();
  }

  if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', begin);
  else begin();
})(window.AsteriskConnector);
