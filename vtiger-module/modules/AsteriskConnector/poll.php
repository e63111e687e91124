<?php
/**
 * Asked once a second by the page where the connector's own channel does not reach it: so no CRM is started here, no session
 * opened and no database asked.
 */
require_once __DIR__ . '/lib/Token.php';
require_once __DIR__ . '/lib/AddressFile.php';
require_once __DIR__ . '/lib/QuietFile.php';
require_once __DIR__ . '/lib/LivePoll.php';

// AsteriskConnector_KeptConnection relies on it.
ignore_user_abort(true);
$asteriskConnectorPoll = new AsteriskConnector_LivePoll(
	new AsteriskConnector_AddressFile(dirname(dirname(__DIR__)) . '/cache'),
	new AsteriskConnector_QuietFile(dirname(dirname(__DIR__)) . '/cache'),
	function () {
		require_once __DIR__ . '/lib/Gateway.php';
		require_once __DIR__ . '/lib/GatewayQuery.php';
		return AsteriskConnector_GatewayQuery::ask(dirname(dirname(__DIR__)));
	},
	function ($address, $token) {
		require_once __DIR__ . '/lib/KeptConnection.php';
		return new AsteriskConnector_KeptConnection($address, $token);
	}
);
$asteriskConnectorAnswer = $asteriskConnectorPoll->answer(
	AsteriskConnector_LivePoll::tokenOf($_SERVER),
	microtime(true),
	isset($_SERVER['HTTP_X_ASTERISK_QUIET'])
);
http_response_code($asteriskConnectorAnswer['status']);
header('Content-Type: application/json; charset=UTF-8');
header('X-Content-Type-Options: nosniff');
header('Cache-Control: no-store');
echo $asteriskConnectorAnswer['body'];
