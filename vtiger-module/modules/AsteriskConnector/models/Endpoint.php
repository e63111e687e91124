<?php
require_once dirname(__DIR__) . '/lib/ClassLoading.php';
require_once dirname(__DIR__) . '/AsteriskConnector.php';

/**
 * What the actions have in common. It stands in models/, because vTiger makes an object of whatever a browser names in actions/.
 */
abstract class AsteriskConnector_Endpoint_Model extends Vtiger_Action_Controller {
	/** Whether the request must be a POST with vTiger's token against forged requests. */
	protected function changesSomething() {
		return false;
	}

	public function validateRequest(Vtiger_Request $request) {
		return $this->changesSomething() ? $request->validateWriteAccess() : $request->validateReadAccess();
	}

	public function checkPermission(Vtiger_Request $request) {
		if (!AsteriskConnector::isForUser()) {
			throw new AppException(vtranslate('LBL_PERMISSION_DENIED'));
		}
		return true;
	}

	/**
	 * While PHP's session is open, all other pages of the user wait. vTiger opens it for every request; from here on nothing writes
	 * to it, and csrf-magic, which marks the output at the end, only reads its id.
	 */
	protected static function releaseSession() {
		session_write_close();
	}

	protected static function hasLogin() {
		$user = vglobal('current_user');
		return is_object($user) && !empty($user->id);
	}

	/** A parameter as text. Vtiger_Request::get() makes arrays of what looks like JSON, such as a name in brackets. */
	protected static function text(Vtiger_Request $request, $name) {
		$value = $request->getRaw($name);
		return is_string($value) || is_int($value) ? trim((string) $value) : '';
	}

	protected static function userId() {
		return (int) Users_Record_Model::getCurrentUserModel()->getId();
	}

	/** @return AsteriskConnector_Extension_Model the current user's */
	protected static function extension() {
		$user = Users_Record_Model::getCurrentUserModel();
		return new AsteriskConnector_Extension_Model($user->get('phone_crm_extension'), $user->getId());
	}

	protected static function gateway() {
		$settings = PBXManager_Server_Model::getInstance();
		return new AsteriskConnector_Gateway(
			$settings->get('webappurl'),
			$settings->get('vtigersecretkey'),
			$settings->get('outboundcontext')
		);
	}

	protected static function message($key) {
		return vtranslate($key, 'AsteriskConnector');
	}
}
