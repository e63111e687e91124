<?php
/** PBXManager's settings for one who has not started the CRM: straight from its database. */
final class AsteriskConnector_GatewayQuery {
	/**
	 * @param string $root the CRM's folder
	 * @return AsteriskConnector_Gateway not configured when the database cannot be asked
	 */
	public static function ask($root) {
		mysqli_report(MYSQLI_REPORT_OFF);
		$settings = self::databaseSettings($root);
		$database = mysqli_init();
		$database->options(MYSQLI_OPT_CONNECT_TIMEOUT, 2);
		$port = (int) ltrim((string) $settings['db_port'], ':');
		$isOpen = @$database->real_connect(
			$settings['db_server'],
			$settings['db_username'],
			$settings['db_password'],
			$settings['db_name'],
			$port > 0 ? $port : null
		);
		$result = $isOpen ? $database->query('SELECT parameters FROM vtiger_pbxmanager_gateway ORDER BY id LIMIT 1') : false;
		$row = $result ? $result->fetch_row() : null;
		return AsteriskConnector_Gateway::fromJson($row === null ? null : html_entity_decode($row[0], ENT_QUOTES, 'UTF-8'));
	}

	/** config.inc.php includes its neighbours by their names alone, so the folder must be the CRM's. */
	private static function databaseSettings($root) {
		chdir($root);
		$dbconfig = array();
		include $root . '/config.inc.php';
		if (is_file($root . '/config_override.php')) {
			include $root . '/config_override.php';
		}
		return $dbconfig + array('db_server' => '', 'db_port' => '', 'db_username' => '', 'db_password' => '', 'db_name' => '');
	}
}
