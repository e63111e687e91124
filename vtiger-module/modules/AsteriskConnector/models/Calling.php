<?php
/** What the profiles allow the current user, and who places his calls when he clicks a number. */
class AsteriskConnector_Calling_Model {
	public static function isAllowed() {
		return (bool) Users_Privileges_Model::isPermitted('PBXManager', 'MakeOutgoingCalls');
	}

	public static function mayReceive() {
		return (bool) Users_Privileges_Model::isPermitted('PBXManager', 'ReceiveIncomingCalls');
	}

	/** SalesPlatform's SPVoipIntegration, where an admin has it call through a provider: then a click is not ours. */
	public static function isElsewhere() {
		return vtlib_isModuleActive('SPVoipIntegration')
			&& class_exists('Settings_SPVoipIntegration_Record_Model')
			&& Settings_SPVoipIntegration_Record_Model::isClickToCallEnabled();
	}
}
