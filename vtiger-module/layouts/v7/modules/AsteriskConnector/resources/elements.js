/** Pieces of the page. Whatever comes from outside is put in as text. */
window.AsteriskConnector = window.AsteriskConnector || {};

((AsteriskConnector) => {
  'use strict';

  /** An element with a class and a text. */
  function make(tag, className, words) {
    const element = document.createElement(tag);
    if (className) element.className = className;
    if (words) element.textContent = words;
    return element;
  }

  const signs = {
    phone: '☎',
    times: '×',
    cog: '⚙',
    plus: '+',
    play: '▶',
    download: '⤓',
    check: '✓',
    'exclamation-triangle': '⚠',
  };
  let hasIcons = null;

  /** Whether the page has the CRM's icons (FontAwesome 4). */
  function lookForIcons() {
    const probe = make('i', 'fa');
    document.body.append(probe);
    const has = /FontAwesome/i.test(getComputedStyle(probe).fontFamily);
    probe.remove();
    return has;
  }

  /** One of the CRM's own icons, or a sign that means the same. */
  function icon(name) {
    if (hasIcons === null) hasIcons = lookForIcons();
    const element = hasIcons ? make('i', `fa fa-${name}`) : make('i', 'asterisk-sign', signs[name]);
    element.setAttribute('aria-hidden', 'true');
    return element;
  }

  function button(className, words, onClick) {
    const element = make('button', className, words);
    element.type = 'button';
    element.addEventListener('click', onClick);
    return element;
  }

  /** A button that shows an icon only. */
  function iconButton(className, name, title, onClick) {
    const element = button(`asterisk-icon ${className}`, '', onClick);
    element.append(icon(name));
    label(element, title);
    return element;
  }

  function label(element, words) {
    if (element.title === words) return;
    element.title = words;
    element.setAttribute('aria-label', words);
  }

  /** Puts a text in only where it is new, or it would be read out again. */
  function fill(element, words) {
    if (element.textContent !== words) element.textContent = words;
    element.hidden = words === '';
  }

  /** Only addresses that stay within the CRM: no javascript:, no other host. */
  function sameOrigin(address) {
    if (!address) return null;
    try {
      const { origin, protocol, href } = new URL(address, document.baseURI);
      return origin === location.origin && /^https?:$/.test(protocol) ? href : null;
    } catch (_) {
      return null;
    }
  }

  Object.assign(AsteriskConnector, { make, icon, button, iconButton, label, fill, sameOrigin });
})(window.AsteriskConnector);
