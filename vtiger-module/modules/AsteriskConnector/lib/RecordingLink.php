<?php
/**
 * Reads the link that a call's record holds. Only its id is used, and asked of the configured connector: whatever stands in the
 * record, the CRM's server is never sent to another address. The host is not compared, because it may rightly differ: the
 * connector's recordings.public_url need not be the address that clicks go to, and a connector may have moved since.
 */
final class AsteriskConnector_RecordingLink {
	/**
	 * @param mixed $link vtiger_pbxmanager.recordingurl
	 * @return string|null null: not a link to a recording of the connector
	 */
	public static function idOf($link) {
		$parts = is_string($link) ? parse_url(trim($link)) : false;
		if (!is_array($parts) || !isset($parts['scheme'], $parts['host'], $parts['path'], $parts['query'])) {
			return null;
		}
		$isWeb = in_array(strtolower($parts['scheme']), array('http', 'https'), true);
		if (!$isWeb || isset($parts['user']) || preg_match('#(^|/)recording$#D', $parts['path']) !== 1) {
			return null;
		}
		return self::onlyId($parts['query']);
	}

	/** Ours have no dot; those that were taken over from a Java connector are Asterisk's uniqueids. The link's `key` (vTiger's own PBXManager) is left behind: it stops working when the secret changes. */
	private static function onlyId($query) {
		$parameters = array();
		// The CRM's pages and tools store & as &amp; now and then.
		parse_str(str_replace('&amp;', '&', $query), $parameters);
		$id = isset($parameters['id']) ? $parameters['id'] : null;
		return is_string($id) && preg_match('/^[A-Za-z0-9_.-]{1,100}$/D', $id) === 1 ? $id : null;
	}
}
