<?php
/** Telephone numbers on their way into the CRM's look-up, which puts them unescaped into its SQL (seen in 7.2, 7.5 and 8.0). */
final class AsteriskConnector_Number {
	/** What no real number exceeds; the connector accepts no more either. */
	const MAXIMUM_LENGTH = 32;

	/**
	 * Digits, * and #, with a + only in front; '' when there is no digit.
	 *
	 * @param mixed $text
	 * @return string
	 */
	public static function clean($text) {
		if (!is_string($text)) {
			return '';
		}
		$number = preg_replace('/[^0-9*#+]/', '', $text);
		$number = ($number !== '' && $number[0] === '+' ? '+' : '') . str_replace('+', '', $number);
		$number = substr($number, 0, self::MAXIMUM_LENGTH);
		return preg_match('/[0-9]/', $number) === 1 ? $number : '';
	}

	/** Without the + in front, as the CRM keeps numbers for its look-up: * and # stay. */
	public static function digits($text) {
		return str_replace('+', '', self::clean($text));
	}

	/**
	 * For a click: without blanks, dots and -()/, as the CRM's page removes them. null when something else is left, so that a
	 * field with two numbers or a name in it is never dialled by half.
	 *
	 * @param mixed $text
	 * @return string|null
	 */
	public static function dialled($text) {
		// U+00A0 and U+2011 come with numbers that were copied from web pages.
		$number = is_string($text) ? preg_replace('/[\s\x{00A0}\x{2010}-\x{2013}().\/-]+/u', '', $text) : null;
		return is_string($number) && preg_match('/^\+?[0-9*#]{1,32}$/D', $number) === 1 ? $number : null;
	}

	/** Whether the connector would take it for a user's extension. */
	public static function isExtension($text) {
		return is_string($text) && preg_match('/^[0-9A-Za-z*#_.-]{1,32}$/D', $text) === 1;
	}
}
