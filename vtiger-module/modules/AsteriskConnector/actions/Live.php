<?php
/** What a page needs to be told of its user's calls. */
class AsteriskConnector_Live_Action extends AsteriskConnector_JsonEndpoint_Model {
	const POLL_URL = 'modules/AsteriskConnector/poll.php';
	/** Where the CRM's web server passes the connector's channel on, if it does. */
	const PUSH_URL = 'asterisk-live/live';
	/** A page of a user without a phone, or with something else in its field, asks again after so long. */
	const NO_TOKEN_SECONDS = 300;

	protected function answer(Vtiger_Request $request) {
		$gateway = self::gateway();
		$extension = self::extension();
		if ($gateway->isConfigured()) {
			(new AsteriskConnector_AddressFile(dirname(dirname(dirname(__DIR__))) . '/cache'))->remember($gateway->address());
		}
		$hasToken = $gateway->isConfigured() && AsteriskConnector_Number::isExtension($extension);
		$seconds = AsteriskConnector_Token::LIFETIME_SECONDS;
		return AsteriskConnector_JsonAnswer::result(array(
			'token' => $hasToken ? AsteriskConnector_Token::sign($extension, self::userId(), $gateway->secret(), time() + $seconds) : null,
			'expiresIn' => $hasToken ? $seconds : self::NO_TOKEN_SECONDS,
			'pollUrl' => self::POLL_URL,
			'pushUrl' => self::PUSH_URL,
			'user' => array(
				'id' => self::userId(),
				'extension' => $extension,
				'mayCall' => AsteriskConnector_Calling_Model::isAllowed(),
				'callsElsewhere' => AsteriskConnector_Calling_Model::isElsewhere(),
			) + self::preference(),
			'language' => (string) Users_Record_Model::getCurrentUserModel()->get('language'),
		));
	}

	/** A profile of the CRM may keep its users from receiving calls; the stock popup heeds it too. */
	private static function preference() {
		$preference = AsteriskConnector_Preference_Model::ofUser(self::userId());
		$mayReceive = Users_Privileges_Model::isPermitted('PBXManager', 'ReceiveIncomingCalls');
		return $mayReceive ? $preference : array('popup' => 'never') + $preference;
	}
}
