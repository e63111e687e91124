/** A telephone in the CRM's bar: says whether calls are shown, and holds the menu, also of those who want no popups. */
((AsteriskConnector) => {
  'use strict';

  const { make, iconButton, label, fill, text, preferencesMenu } = AsteriskConnector;

  class Bar {
    /** @param page { box, choose(preferences), user() } */
    constructor(page) {
      this.page = page;
      this.button = iconButton('asterisk-bar-button', 'phone', text('connected'), () => this.toggle());
      this.button.setAttribute('aria-expanded', 'false');
      this.panel = make('div', 'asterisk-panel');
      this.panel.hidden = true;
      this.state = make('p', 'asterisk-state');
      this.panel.append(this.state);
      this.panel.addEventListener('keydown', (event) => event.key === 'Escape' && this.close(true));
      this.button.addEventListener('keydown', (event) => event.key === 'Escape' && this.close(false));
      this.onOutside = (event) => {
        if (!this.panel.contains(event.target) && !this.button.contains(event.target)) this.close(false);
      };
      this.place();
      this.trouble(null);
    }

    /** The icons at the right of v7's bar; on a page without them a small button of its own. */
    place() {
      const icons = document.querySelector('#navbar ul.navbar-nav');
      this.home = make(icons ? 'li' : 'div', icons ? 'asterisk-bar' : 'asterisk-bar asterisk-bar-alone');
      this.home.append(this.button);
      if (icons) icons.prepend(this.home);
      else this.page.box.append(this.home);
      this.page.box.append(this.panel);
    }

    /** @param problem null, or what stands in the way: connector, crm, asterisk */
    trouble(problem) {
      this.problem = problem;
      this.show();
    }

    /** Who wants no popups, or gets none, shall not read that calls are shown. */
    show() {
      const { popup, noCalls, extension } = this.page.user();
      const problem = this.problem || (noCalls && noCalls !== 'allowed' ? `no-calls-${noCalls}` : null);
      const off = noCalls === 'allowed' ? 'no-calls-allowed' : popup === 'never' && 'off';
      const isOff = problem === null && Boolean(off);
      const words = text(problem || off || 'connected', { extension });
      this.home.classList.toggle('asterisk-off', isOff);
      this.home.classList.toggle('asterisk-trouble', problem !== null);
      this.state.classList.toggle('asterisk-bad', problem !== null);
      label(this.button, words);
      this.button.setAttribute('aria-label', text('bar', { state: words }));
      fill(this.state, words);
    }

    toggle() {
      if (!this.panel.hidden) return this.close(false);
      const user = this.page.user();
      // Who may not receive calls has nothing to choose.
      const menu = user.noCalls === 'allowed' ? null : preferencesMenu(user, this.page.choose);
      this.panel.replaceChildren(this.state, ...(menu ? [menu] : []));
      const { bottom, right, top } = this.button.getBoundingClientRect();
      const isLow = top > window.innerHeight / 2;
      this.panel.style.top = isLow ? '' : `${bottom + 6}px`;
      this.panel.style.bottom = isLow ? `${window.innerHeight - top + 6}px` : '';
      this.panel.style.right = `${Math.max(8, window.innerWidth - right - 8)}px`;
      this.panel.hidden = false;
      this.button.setAttribute('aria-expanded', 'true');
      document.addEventListener('click', this.onOutside, true);
      if (menu) menu.querySelector('input:checked').focus();
    }

    close(focusButton) {
      this.panel.hidden = true;
      this.button.setAttribute('aria-expanded', 'false');
      document.removeEventListener('click', this.onOutside, true);
      if (focusButton) this.button.focus();
    }

    stop() {
      this.close(false);
      this.home.remove();
      this.panel.remove();
    }
  }

  AsteriskConnector.Bar = Bar;
})(window.AsteriskConnector);
