<?php
/** What the profiles allow the current user, and who places his calls when he clicks a number. */
class AsteriskConnector_Calling_Model {
	public static function isAllowed() {
		return self::allows('MakeOutgoingCalls');
	}

	public static function mayReceive() {
		return self::allows('ReceiveIncomingCalls');
	}

	/** SalesPlatform's SPVoipIntegration, where an admin has it call through a provider: then a click is not ours. */
	public static function isElsewhere() {
		return vtlib_isModuleActive('SPVoipIntegration')
			&& class_exists('Settings_SPVoipIntegration_Record_Model')
			&& Settings_SPVoipIntegration_Record_Model::isClickToCallEnabled();
	}

	/**
	 * The wizards of SalesPlatform 7.2 and vTiger 8.0 enter both of PBXManager's actions twice. The page of a profile keeps its tick
	 * under the first id, isPermitted() looks for the last, finds none and says yes: so all ids of the name are looked for.
	 */
	private static function allows($action) {
		$user = Users_Privileges_Model::getCurrentUserPrivilegesModel();
		if (!Users_Privileges_Model::isPermitted('PBXManager', $action)) {
			return false;
		}
		$permissions = $user->get('profile_action_permission');
		$tab = getTabid('PBXManager');
		$ofModule = !$user->isAdminUser() && isset($permissions[$tab]) ? $permissions[$tab] : array();
		return array_intersect(self::idsOf($action), array_keys(array_filter($ofModule))) === array();
	}

	private static function idsOf($action) {
		$database = PearDatabase::getInstance();
		$result = $database->pquery('SELECT actionid FROM vtiger_actionmapping WHERE actionname = ?', array($action));
		$ids = array();
		while ($result && ($row = $database->fetchByAssoc($result, -1, false))) {
			$ids[] = (int) $row['actionid'];
		}
		return $ids;
	}
}
