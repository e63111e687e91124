<?php
/** Keeps how the user wants his popups. */
class AsteriskConnector_Preferences_Action extends AsteriskConnector_JsonEndpoint_Model {
	protected function changesSomething() {
		return true;
	}

	protected function answer(Vtiger_Request $request) {
		if (!AsteriskConnector_Calling_Model::mayReceive()) {
			return self::refusal('forbidden', 'LBL_RECEIVE_FORBIDDEN');
		}
		$popup = self::text($request, 'popup');
		if (!in_array($popup, AsteriskConnector_Preference_Model::POPUPS, true)) {
			return AsteriskConnector_JsonAnswer::error('popup', 'popup: expected ring, answer or never');
		}
		$preference = AsteriskConnector_Preference_Model::ofWords($popup, self::text($request, 'outgoing'), self::text($request, 'sound'));
		AsteriskConnector_Preference_Model::keep(self::userId(), $preference);
		return AsteriskConnector_JsonAnswer::result($preference);
	}
}
