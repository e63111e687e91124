<?php
error_reporting(E_ALL);
require_once __DIR__ . '/../../../vtiger-module/modules/AsteriskConnector/lib/ClassLoading.php';
require_once __DIR__ . '/LoopbackServer.php';
require_once __DIR__ . '/crm/Crm.php';
require_once __DIR__ . '/crm/PearDatabase.php';
require_once __DIR__ . '/crm/framework.php';

// As vTiger finds the classes of a module: AsteriskConnector_Live_Action stands in actions/Live.php.
spl_autoload_register(function ($class) {
	$folders = array('Action' => 'actions', 'Model' => 'models');
	$parts = explode('_', $class);
	if (count($parts) === 3 && $parts[0] === 'AsteriskConnector' && isset($folders[$parts[2]])) {
		require_once dirname(__DIR__, 3) . "/vtiger-module/modules/AsteriskConnector/{$folders[$parts[2]]}/{$parts[1]}.php";
	}
});
