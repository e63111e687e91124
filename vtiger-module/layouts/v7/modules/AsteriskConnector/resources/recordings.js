/**
 * Where the CRM shows recordings, our player takes their place. The module has the CRM's field print a placeholder in
 * details and related lists; lists are printed without it, and what PBXManager itself would print is cleared away.
 */
((AsteriskConnector) => {
  'use strict';

  const { Player } = AsteriskConnector;

  const placeholders = '.asterisk-recording[data-record]:empty';
  const listed = 'tr[data-id][data-recordurl*="module=PBXManager"] td[data-name="recordingurl"]';

  /** What is in a row of a list: the CRM's own link or player, or a call that was talked. */
  function hasRecording(cell) {
    if (cell.dataset.rawvalue || cell.querySelector('audio, a[href]') !== null) return true;
    const status = cell.parentElement.querySelector('td[data-name="callstatus"]');
    return status === null || status.dataset.rawvalue === 'completed';
  }

  function place(cell, record) {
    if (!record || cell.querySelector('.asterisk-player') !== null) return;
    const inner = cell.querySelector('.value') || cell;
    // A player that is taken out of the page goes on loading.
    for (const audio of inner.querySelectorAll('audio')) {
      audio.removeAttribute('src');
      audio.load();
    }
    inner.replaceChildren(new Player(record).element);
    cell.removeAttribute('title');
  }

  /** The record of the detail view around a cell: an overlay has its own, before that of the page. */
  function recordAround(element) {
    for (let around = element.parentElement; around !== null; around = around.parentElement) {
      const input = around.querySelector('#recordId');
      if (input !== null) return input.value;
    }
    return '';
  }

  AsteriskConnector.scanRecordings = () => {
    for (const span of document.querySelectorAll(placeholders)) span.append(new Player(span.dataset.record).element);
    for (const cell of document.querySelectorAll(listed)) {
      if (hasRecording(cell)) place(cell, cell.parentElement.dataset.id);
    }
    for (const cell of document.querySelectorAll('#PBXManager_detailView_fieldValue_recordingurl')) {
      if (cell.querySelector('audio, a[href]') !== null) place(cell, recordAround(cell));
    }
  };
})(window.AsteriskConnector);
