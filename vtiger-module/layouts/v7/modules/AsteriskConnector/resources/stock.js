/**
 * PBXManager's own script stays where it is and does nothing: its popups would be shown beside ours (vTiger polls once a
 * page), and its click says success whatever happens. It calls its functions through this object each time, so that
 * other functions in it are enough.
 */
((AsteriskConnector) => {
  'use strict';

  const silenced = ['registerEvents', 'registerPBXCall', 'requestPBXgetCalls', 'removeCompletedCallPopup'];

  function silenceStock() {
    const stock = window.Vtiger_PBXManager_Js;
    if (!stock) return;
    const nothing = () => {};
    for (const name of [...silenced, 'showPBXIncomingCallPopup', 'updatePBXIncomingCallPopup']) stock[name] = nothing;
  }

  /**
   * Only once it is known that clicks are the connector's business: SalesPlatform's SPVoipIntegration, where an admin has
   * switched its calls on, puts its own function into the same place.
   */
  function replaceStockClicks(call) {
    const stock = window.Vtiger_PBXManager_Js;
    if (!stock) return;
    const outbound = (number, record) => call(String(number), record ? String(record) : '');
    Object.assign(stock, { registerPBXOutboundCall: outbound, makeOutboundCall: outbound });
  }

  Object.assign(AsteriskConnector, { silenceStock, replaceStockClicks });
})(window.AsteriskConnector);
