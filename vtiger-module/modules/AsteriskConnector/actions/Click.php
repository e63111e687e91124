<?php
/**
 * Has the connector call a number, and says what it said. The CRM keeps nothing of a click: the page follows it in its snapshot,
 * and when the call is there asks action=Link to attach it to the record that was clicked.
 */
class AsteriskConnector_Click_Action extends AsteriskConnector_JsonEndpoint_Model {
	protected function changesSomething() {
		return true;
	}

	protected function answer(Vtiger_Request $request) {
		$number = AsteriskConnector_Number::dialled(self::text($request, 'number'));
		$extension = self::extension();
		$fault = self::faultBefore($number, $extension);
		if ($fault !== null) {
			return AsteriskConnector_JsonAnswer::result($fault);
		}
		$gateway = self::gateway();
		$answer = AsteriskConnector_ConnectorClient::of($gateway)->post('/makecall', array(
			'event' => 'OutgoingCall',
			'from' => $extension->number(),
			'to' => $number,
			'context' => $gateway->context(),
		));
		return AsteriskConnector_JsonAnswer::result(self::inWords(AsteriskConnector_ClickAnswer::read($answer)));
	}

	private static function faultBefore($number, AsteriskConnector_Extension_Model $extension) {
		if (!AsteriskConnector_Calling_Model::isAllowed()) {
			return self::refused('LBL_CLICK_FORBIDDEN');
		}
		if ($extension->number() === '') {
			return array('placed' => false, 'reason' => 'no-extension');
		}
		if ($extension->isShared()) {
			return self::refused('LBL_CLICK_SHARED');
		}
		if ($number === null) {
			return self::refused('LBL_CLICK_NO_NUMBER');
		}
		return self::gateway()->isConfigured() ? null : self::refused('LBL_NOT_CONFIGURED');
	}

	/**
	 * Who may not receive calls is told of none, and so cannot follow his click either. What the connector gives as its reason is
	 * English and for who looks after it.
	 */
	private static function inWords(array $said) {
		if ($said['placed']) {
			return AsteriskConnector_Calling_Model::mayReceive() ? $said : array('click' => null) + $said;
		}
		$why = $said['why'] === '' ? array() : array('why' => $said['why']);
		return ($said['reason'] === 'refused' ? self::refused('LBL_CLICK_REFUSED') : array('placed' => false, 'reason' => $said['reason'])) + $why;
	}

	/** For all other reasons the page has words of its own. */
	private static function refused($key) {
		return array('placed' => false, 'reason' => 'refused', 'message' => self::message($key));
	}
}
