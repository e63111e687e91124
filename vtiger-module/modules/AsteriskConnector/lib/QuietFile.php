<?php
/**
 * Who has nothing to be told, as the connector said it a moment ago to whichever poll came first: a small file in the CRM's cache
 * folder. Nearly all polls are answered by it, without a word to the connector, which is a third of what they cost.
 *
 * It holds digests of tokens that the connector found right: of no use to anybody, and one's own is found by one's own token alone.
 */
final class AsteriskConnector_QuietFile {
	const NAME = 'asteriskconnector-quiet';
	/**
	 * How late a ring may be for it. Less than the shortest pause of a page between two polls, and counted from before the connector
	 * was asked: so what a page hears is never older than what it has heard.
	 */
	const FRESH_SECONDS = 0.1;

	private $folder;

	/** @param string $folder the CRM's cache folder */
	public function __construct($folder) {
		$this->folder = $folder;
	}

	/**
	 * @param float $now epoch seconds
	 * @return string|null the connector's list; null: there is none that is fresh
	 */
	public function read($now) {
		$text = @file_get_contents($this->folder . '/' . self::NAME);
		$parts = is_string($text) ? explode("\n", $text, 2) : array();
		if (count($parts) !== 2 || !is_numeric($parts[0])) {
			return null;
		}
		$age = $now - (float) $parts[0];
		return $age >= 0 && $age < self::FRESH_SECONDS ? $parts[1] : null;
	}

	/**
	 * Written beside and renamed: a poll never reads half a list.
	 *
	 * @param float $asked when the connector was asked, epoch seconds
	 * @param string $list '' where there is none to be had
	 */
	public function write($asked, $list) {
		$beside = $this->folder . '/' . self::NAME . '-' . getmypid();
		// Never rounded up, which would be later than now.
		if (@file_put_contents($beside, sprintf("%.3F\n%s", $asked - 0.0005, $list)) === false) {
			return;
		}
		if (!@rename($beside, $this->folder . '/' . self::NAME)) {
			@unlink($beside);
		}
	}

	/** @return string|null the snapshot of a user who has nothing to be told, as the connector would say it; null: ask it */
	public static function snapshotFor($token, $list) {
		$digest = rtrim(strtr(base64_encode(hash('sha256', $token, true)), '+/', '-_'), '=');
		$isTime = preg_match('/^[0-9T:.-]{19,30}Z\n/', $list, $at) === 1;
		if (!$isTime || strpos($list, "\n" . $digest . "\n") === false) {
			return null;
		}
		$payload = json_decode(base64_decode(strtr(explode('.', $token)[1], '-_', '+/')), true);
		return json_encode(array(
			'extension' => $payload['ext'],
			'at' => rtrim($at[0]),
			'linkUp' => true,
			'calls' => array(),
			'ended' => array(),
			'clicks' => array(),
		));
	}
}
