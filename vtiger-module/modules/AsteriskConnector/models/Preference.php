<?php
/** How a user wants his popups. */
class AsteriskConnector_Preference_Model {
	const TABLE = 'vtiger_asteriskconnector_preference';
	const POPUPS = array('ring', 'answer', 'never');

	/** @return array popup, outgoing, sound */
	public static function ofUser($userId) {
		$database = PearDatabase::getInstance();
		$result = $database->pquery('SELECT popup, outgoing, sound FROM ' . self::TABLE . ' WHERE userid = ?', array($userId));
		$row = $result && $database->num_rows($result) > 0 ? $database->fetchByAssoc($result, -1, false) : null;
		return $row === null ? self::ofWords('ring', 'false', 'true') : self::ofWords($row['popup'], $row['outgoing'], $row['sound']);
	}

	/** What was said in words, with the usual for what was not understood. */
	public static function ofWords($popup, $outgoing, $sound) {
		return array(
			'popup' => in_array($popup, self::POPUPS, true) ? $popup : 'ring',
			'outgoing' => self::isYes($outgoing),
			'sound' => self::isYes($sound),
		);
	}

	public static function keep($userId, array $preference) {
		PearDatabase::getInstance()->pquery(
			'REPLACE INTO ' . self::TABLE . ' (userid, popup, outgoing, sound) VALUES (?, ?, ?, ?)',
			array($userId, $preference['popup'], (int) $preference['outgoing'], (int) $preference['sound'])
		);
	}

	private static function isYes($value) {
		return in_array((string) $value, array('1', 'true', 'on'), true);
	}
}
