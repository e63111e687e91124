<?php
/** A name as an agent types it into one field. */
final class AsteriskConnector_PersonName {
	/** vTiger's columns. */
	const FIRST_LENGTH = 40;
	const LAST_LENGTH = 80;

	/**
	 * The last word is the last name, so that the CRM, which shows first and last name in this order, shows what was typed.
	 *
	 * @return string[] first name, which may be '', and last name
	 */
	public static function split($name) {
		$words = preg_split('/\s+/u', trim($name), -1, PREG_SPLIT_NO_EMPTY) ?: array();
		$last = (string) array_pop($words);
		$first = implode(' ', $words);
		if (mb_strlen($first, 'UTF-8') > self::FIRST_LENGTH) {
			return array('', mb_substr($first . ' ' . $last, 0, self::LAST_LENGTH, 'UTF-8'));
		}
		return array($first, mb_substr($last, 0, self::LAST_LENGTH, 'UTF-8'));
	}
}
