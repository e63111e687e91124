<?php

require_once __DIR__ . '/lib/install/Registration.php';
require_once __DIR__ . '/lib/install/Leftovers.php';

/**
 * What the CRM calls when the module comes, changes, rests and goes. The name is fixed by vTiger: it is the module's own.
 */
class AsteriskConnector {

	/**
	 * @param string $moduleName
	 * @param string $event module.postinstall, module.postupdate, module.enabled, module.disabled, module.preuninstall
	 */
	public function vtlib_handler($moduleName, $event) {
		$registration = new AsteriskConnector_Registration(PearDatabase::getInstance());
		switch ($event) {
			case 'module.postupdate':
				(new AsteriskConnector_OwnFiles(getcwd()))->removeOlder();
				$registration->enter();
				break;
			case 'module.postinstall':
			case 'module.enabled':
				$registration->enter();
				break;
			case 'module.disabled':
				$registration->hide();
				break;
			case 'module.preuninstall':
				$registration->leave();
				(new AsteriskConnector_Leftovers(getcwd(), getTabid($moduleName)))->removeAtEnd();
				break;
		}
	}

	/**
	 * vTiger asks this for each page before it adds our script and style to it.
	 *
	 * @param Vtiger_LinkData $link
	 * @return bool
	 */
	public static function isForUser($link) {
		$privileges = Users_Privileges_Model::getCurrentUserPrivilegesModel();
		return $privileges->hasModulePermission(getTabid('AsteriskConnector'));
	}
}
