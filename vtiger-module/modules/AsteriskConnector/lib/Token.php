<?php
/** What a page shows the connector to be told of its user's calls; docs/live-channel.md says how it is made. */
final class AsteriskConnector_Token {
	/**
	 * A token cannot be taken back: for so long somebody is told of his calls who has been switched off, or has another extension
	 * since. Pages renew theirs in time.
	 */
	const LIFETIME_SECONDS = 600;

	const PATTERN = '/^v1\.[A-Za-z0-9_-]{1,400}\.[A-Za-z0-9_-]{43}$/D';

	/**
	 * @param string $extension the user's CRM Phone Extension
	 * @param int $user
	 * @param string $secret PBXManager's Vtiger Secret Key
	 * @param int $expires epoch seconds
	 * @return string
	 */
	public static function sign($extension, $user, $secret, $expires) {
		$payload = array('ext' => (string) $extension, 'user' => (int) $user, 'exp' => (int) $expires);
		$signed = 'v1.' . self::base64url(json_encode($payload, JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE));
		$key = hash_hmac('sha256', 'live', $secret, true);
		return $signed . '.' . self::base64url(hash_hmac('sha256', $signed, $key, true));
	}

	/** Whether a text can be a token at all: what is not need not be sent to the connector. */
	public static function looksLikeOne($text) {
		return is_string($text) && preg_match(self::PATTERN, $text) === 1;
	}

	private static function base64url($bytes) {
		return rtrim(strtr(base64_encode($bytes), '+/', '-_'), '=');
	}
}
