<?php
/**
 * Installs the module into a CRM on this machine, or takes it out: php install.php --help
 *
 * The CRM's own code keeps its settings and its database in global variables, so it is loaded here, outside of any function.
 */

if (PHP_SAPI !== 'cli') {
	exit(1);
}
require __DIR__ . '/installer/Installer.php';

$asteriskInstaller = new AsteriskConnector_Installer(__DIR__, $argv);
try {
	$asteriskInstaller->prepare();
	chdir($asteriskInstaller->crm()->path());
	error_reporting(E_ERROR | E_PARSE | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR);
	require_once 'config.php';
	AsteriskConnector_Database::tryToReach($dbconfig);
	foreach ($asteriskInstaller->crm()->loaders() as $asteriskLoader) {
		require_once $asteriskLoader;
	}
	$current_user = Users::getActiveAdminUser();
	$asteriskInstaller->run();
} catch (AsteriskConnector_Refusal $refusal) {
	fwrite(STDERR, $refusal->getMessage() . PHP_EOL);
	exit($refusal->getCode());
} catch (Throwable $failure) {
	fwrite(STDERR, 'The CRM failed: ' . $failure->getMessage() . ' (' . $failure->getFile() . ':' . $failure->getLine() . ')' . PHP_EOL);
	exit(AsteriskConnector_Refusal::CRM_FAILED);
}
