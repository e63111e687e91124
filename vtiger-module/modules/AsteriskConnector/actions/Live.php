<?php
/** What a page needs to be told of its user's calls. */
class AsteriskConnector_Live_Action extends AsteriskConnector_JsonEndpoint_Model {
	const POLL_URL = 'modules/AsteriskConnector/poll.php';
	/** Where the CRM's web server passes the connector's channel on, if it does. */
	const PUSH_URL = 'asterisk-live/live';
	/** A page without a token asks again after so long. */
	const NO_TOKEN_SECONDS = 300;

	protected function answer(Vtiger_Request $request) {
		$gateway = self::gateway();
		$extension = self::extension();
		if ($gateway->isConfigured()) {
			(new AsteriskConnector_AddressFile(dirname(dirname(dirname(__DIR__))) . '/cache'))->remember($gateway->address());
		}
		$mayReceive = AsteriskConnector_Calling_Model::mayReceive();
		$hasToken = $mayReceive && $gateway->isConfigured() && $extension->isOwn();
		$seconds = AsteriskConnector_Token::LIFETIME_SECONDS;
		return AsteriskConnector_JsonAnswer::result(array(
			'token' => $hasToken ? AsteriskConnector_Token::sign($extension->number(), self::userId(), $gateway->secret(), time() + $seconds) : null,
			'expiresIn' => $hasToken ? $seconds : self::NO_TOKEN_SECONDS,
			'extensionShared' => $extension->isShared(),
			'pollUrl' => self::POLL_URL,
			'pushUrl' => self::PUSH_URL,
			'user' => array(
				'id' => self::userId(),
				'extension' => $extension->number(),
				'mayReceive' => $mayReceive,
				'mayCall' => AsteriskConnector_Calling_Model::isAllowed(),
				'callsElsewhere' => AsteriskConnector_Calling_Model::isElsewhere(),
			) + self::preference($mayReceive),
		));
	}

	/** Who may not receive calls reads in the bar that none are shown. */
	private static function preference($mayReceive) {
		$preference = AsteriskConnector_Preference_Model::ofUser(self::userId());
		return $mayReceive ? $preference : array('popup' => 'never') + $preference;
	}
}
