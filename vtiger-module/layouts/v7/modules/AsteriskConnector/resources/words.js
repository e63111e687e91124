/** Texts in the language of the CRM's user, and how times and numbers are written. */
((AsteriskConnector) => {
  'use strict';

  /** vTiger writes the user's language on its body: `ru_ru`, `en_us`. */
  function language() {
    const name = document.body.dataset.language || document.documentElement.lang || 'en';
    return /^ru/i.test(name) ? 'ru' : 'en';
  }

  /** The text of a key; `{name}` in it is replaced by the value of that name. */
  function text(key, values) {
    const { texts } = AsteriskConnector;
    const words = texts[language()][key] || texts.en[key] || key;
    return words.replace(/\{(\w+)\}/g, (whole, name) => (values && name in values ? String(values[name]) : whole));
  }

  /** Why a call failed: by the hangup cause (Q.850) in the user's language, else in the connector's own words. */
  function reasonOf(cause, why) {
    const { causes } = AsteriskConnector.texts[language()];
    return (cause && causes && causes[cause]) || why || '';
  }

  const two = (number) => String(number).padStart(2, '0');

  /** 02:13, or 1:02:13. */
  function duration(seconds) {
    const whole = Math.max(0, Math.floor(seconds));
    const hours = Math.floor(whole / 3600);
    const rest = `${two(Math.floor(whole / 60) % 60)}:${two(whole % 60)}`;
    return hours > 0 ? `${hours}:${rest}` : rest;
  }

  /** A number of country 7 in groups, as people there read it; any other as it came. */
  function shownNumber(number) {
    if (!/\d/.test(number)) return text('withheld');
    const groups = /^\+?7(\d{3})(\d{3})(\d\d)(\d\d)$/.exec(number);
    return groups === null ? number : `+7 ${groups[1]} ${groups[2]}-${groups[3]}-${groups[4]}`;
  }

  Object.assign(AsteriskConnector, { language, text, reasonOf, duration, shownNumber });
})(window.AsteriskConnector);
