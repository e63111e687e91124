<?php

/** The CRM ends with a page of HTML when its database does not answer, so that is tried first. */
class AsteriskConnector_Database {

	/** @param array<string, string> $settings $dbconfig of config.inc.php; its db_port starts with a colon */
	public static function tryToReach($settings) {
		if (!extension_loaded('mysqli')) {
			throw self::refusal('This PHP has no mysqli: install the package php-mysql, or run the PHP of the CRM\'s web server (php7.4 install.php ...).');
		}
		mysqli_report(MYSQLI_REPORT_OFF);
		$port = (int) ltrim((string) $settings['db_port'], ':');
		$connection = mysqli_init();
		$connection->options(MYSQLI_OPT_CONNECT_TIMEOUT, 10);
		$reached = @$connection->real_connect($settings['db_server'], $settings['db_username'], $settings['db_password'],
			$settings['db_name'], $port === 0 ? 3306 : $port);
		if (!$reached) {
			throw self::refusal("The CRM's database {$settings['db_name']} at {$settings['db_hostname']} cannot be reached: "
				. mysqli_connect_error());
		}
		$connection->close();
	}

	private static function refusal($why) {
		return new AsteriskConnector_Refusal(AsteriskConnector_Refusal::DATABASE, $why);
	}
}
