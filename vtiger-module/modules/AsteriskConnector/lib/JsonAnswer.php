<?php
/**
 * JSON for the page. Not through Vtiger_Response: csrf-magic rewrites every output of the CRM that looks like a form, also a
 * caller's name in JSON (`<form method='post'>`), and what it inserts breaks the JSON. So nothing here looks like HTML.
 */
final class AsteriskConnector_JsonAnswer {
	/** @return string */
	public static function text($value) {
		$flags = JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT | JSON_UNESCAPED_SLASHES | JSON_INVALID_UTF8_SUBSTITUTE;
		return json_encode($value, $flags);
	}

	/** As vTiger's pages know it from every action. */
	public static function result($value) {
		return array('success' => true, 'result' => $value);
	}

	public static function error($code, $message) {
		return array('success' => false, 'error' => array('code' => $code, 'message' => $message));
	}

	public static function send($status, $value) {
		if (!headers_sent()) {
			http_response_code($status);
			header('Content-Type: application/json; charset=UTF-8');
			header('X-Content-Type-Options: nosniff');
			header('Cache-Control: no-store');
		}
		// What went before, a notice of another module for one, would break the JSON.
		if (ob_get_level() > 0) {
			ob_clean();
		}
		echo self::text($value);
	}
}
