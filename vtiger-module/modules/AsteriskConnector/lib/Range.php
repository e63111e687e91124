<?php
/** The part of a recording that a player asks for. */
final class AsteriskConnector_Range {
	/**
	 * What an open-ended request (bytes=N-) is given at once. Players ask for all and then read as slowly as they play, or not at
	 * all while paused: each would hold a PHP worker of the CRM for as long. RFC 9110 (14.2) lets a server send less; browsers
	 * then ask for the next part.
	 */
	const PART_BYTES = 2097152;

	/**
	 * The Range to ask the connector for. Whatever is no plain byte range is left away, which means the whole.
	 *
	 * @param mixed $header the browser's
	 * @return string|null
	 */
	public static function forward($header) {
		if (!is_string($header) || preg_match('/^bytes=[0-9 ,-]{1,100}$/D', $header) !== 1) {
			return null;
		}
		if (preg_match('/^bytes=([0-9]{1,15})-$/D', $header, $open) !== 1) {
			return $header;
		}
		return 'bytes=' . $open[1] . '-' . ((int) $open[1] + self::PART_BYTES - 1);
	}
}
