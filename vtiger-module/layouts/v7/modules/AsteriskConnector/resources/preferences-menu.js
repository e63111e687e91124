/** What a user may choose about his popups: the same menu in a popup and in the CRM's bar. */
((AsteriskConnector) => {
  'use strict';

  const { make, text } = AsteriskConnector;
  let serial = 0;

  function choice(type, words, checked, onChange) {
    const box = make('label', 'asterisk-choice');
    const input = make('input');
    Object.assign(input, { type, checked });
    input.addEventListener('change', () => onChange(input.checked));
    box.append(input, make('span', '', words));
    return box;
  }

  /** @param onChoose told the preferences as they shall be */
  function preferencesMenu(user, onChoose) {
    const wanted = { popup: user.popup, outgoing: user.outgoing, sound: user.sound };
    const change = (part) => onChoose(Object.assign(wanted, part));
    const menu = make('fieldset', 'asterisk-menu');
    menu.append(make('legend', '', text('show')));
    serial += 1;
    for (const popup of ['ring', 'answer', 'never']) {
      const radio = choice('radio', text(popup), wanted.popup === popup, () => change({ popup }));
      radio.firstChild.name = `asterisk-show-${serial}`;
      menu.append(radio);
    }
    const switches = make('div', 'asterisk-switches');
    switches.append(
      choice('checkbox', text('withOutgoing'), wanted.outgoing, (outgoing) => change({ outgoing })),
      choice('checkbox', text('withSound'), wanted.sound, (sound) => change({ sound })),
    );
    menu.append(switches);
    return menu;
  }

  AsteriskConnector.preferencesMenu = preferencesMenu;
})(window.AsteriskConnector);
