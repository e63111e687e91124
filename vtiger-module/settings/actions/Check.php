<?php

/** index.php?module=AsteriskConnector&parent=Settings&action=Check: the findings as JSON, for administrators. */
class Settings_AsteriskConnector_Check_Action extends Settings_Vtiger_Basic_Action {

	const LANGUAGE = 'Settings:AsteriskConnector';
	/** What the browser finds out itself, and the words for it. */
	const PUSH_CASES = array('FINE', 'HELD_BACK', 'NOT_PASSED_ON', 'CONNECTOR');

	public function validateRequest(Vtiger_Request $request) {
		return $request->validateReadAccess();
	}

	public function process(Vtiger_Request $request) {
		// A connector that does not answer keeps nobody's other pages waiting.
		session_write_close();
		$checks = new Settings_AsteriskConnector_Checks_Model();
		$translate = array(__CLASS__, 'translated');
		$findings = array_map(function ($finding) use ($translate) {
			return $finding->told($translate);
		}, $checks->findings());
		AsteriskConnector_JsonAnswer::send(200, AsteriskConnector_JsonAnswer::result(array(
			'findings' => $findings,
			'push' => array('token' => $checks->pushToken(), 'cases' => self::pushCases($translate)),
		)));
	}

	/**
	 * @param string $key
	 * @return string '' for what has no text: vTiger gives back the key
	 */
	public static function translated($key) {
		$text = vtranslate($key, self::LANGUAGE);
		return $text === $key ? '' : $text;
	}

	private static function pushCases(callable $translate) {
		$cases = array();
		foreach (self::PUSH_CASES as $case) {
			$finding = $case === 'FINE' ? AsteriskConnector_Finding::good('PUSH', $case) : AsteriskConnector_Finding::warning('PUSH', $case);
			$cases[$case] = $finding->told($translate);
		}
		return $cases;
	}
}
