<?php
/** An action that answers in JSON, as all do but the one that answers with sound. */
abstract class AsteriskConnector_JsonEndpoint_Model extends AsteriskConnector_Endpoint_Model {
	/** @return array as AsteriskConnector_JsonAnswer makes it */
	abstract protected function answer(Vtiger_Request $request);

	/**
	 * Asked for in process(): vTiger would send the page's script to the login page, and keep this address as the one to show after
	 * the next login.
	 */
	public function loginRequired() {
		return false;
	}

	public function checkPermission(Vtiger_Request $request) {
		return !self::hasLogin() || parent::checkPermission($request);
	}

	public function process(Vtiger_Request $request) {
		self::releaseSession();
		$isHere = self::hasLogin();
		AsteriskConnector_JsonAnswer::send(200, $isHere ? $this->answer($request) : self::refusal('logged-out', 'LBL_LOGGED_OUT'));
	}

	protected static function refusal($code, $key) {
		return AsteriskConnector_JsonAnswer::error($code, self::message($key));
	}
}
