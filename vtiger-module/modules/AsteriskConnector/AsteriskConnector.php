<?php

/**
 * What the CRM calls when the module comes, changes, rests and goes. The name is fixed by vTiger: it is the module's own.
 */
class AsteriskConnector {

	/**
	 * @param string $moduleName
	 * @param string $event module.postinstall, module.postupdate, module.enabled, module.disabled, module.preuninstall
	 */
	public function vtlib_handler($moduleName, $event) {
		require_once __DIR__ . '/lib/install/Registration.php';
		require_once __DIR__ . '/lib/install/Leftovers.php';
		$registration = new AsteriskConnector_Registration(PearDatabase::getInstance(), getcwd());
		switch ($event) {
			case 'module.postupdate':
				(new AsteriskConnector_OwnFiles(getcwd()))->removeOlder();
				// What is switched off stays off. tabdata.php may be two seconds old in PHP's opcache, so the table is asked.
				if ((int) Vtiger_Module::getInstance($moduleName)->presence === 0) {
					$registration->enter();
				}
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
	 * vTiger asks this for each page before it adds our script and style to it. A user whose privilege file was written
	 * before the module came has no word on it there, which vTiger's own isPermitted takes for a yes.
	 *
	 * @param Vtiger_LinkData|null $link
	 * @return bool
	 */
	public static function isForUser($link = null) {
		$tab = getTabid('AsteriskConnector');
		$permissions = Users_Privileges_Model::getCurrentUserPrivilegesModel()->get('profile_tabs_permission');
		return $tab && empty($permissions[$tab]) && vtlib_isModuleActive('AsteriskConnector');
	}
}
