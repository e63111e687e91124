<?php
/** What the connector makes of a click. */
final class AsteriskConnector_ClickAnswer {
	/** No answer, or a proxy that had none in time: the call may have been placed. */
	const UNANSWERED = array(0, 504);

	/**
	 * @param array|null $answer of AsteriskConnector_ConnectorClient
	 * @return array placed and click; or placed, reason (unreachable, unknown, refused) and why, the connector's own words if it has some
	 */
	public static function read($answer) {
		if ($answer === null) {
			return self::refused('unreachable', '');
		}
		if (in_array($answer['status'], self::UNANSWERED, true)) {
			return self::refused('unknown', '');
		}
		$said = json_decode($answer['body'], true);
		if (!is_array($said)) {
			return self::readWord(trim($answer['body']));
		}
		if (isset($said['result']) && $said['result'] === 'Success') {
			return self::placed(isset($said['click']) && is_string($said['click']) ? $said['click'] : null);
		}
		$reason = isset($said['reason']) && $said['reason'] === 'unreachable' ? 'unreachable' : 'refused';
		return self::refused($reason, isset($said['why']) && is_string($said['why']) ? $said['why'] : '');
	}

	/** A connector that knows no JSON here answers as PBXManager expects: with a word, whatever the status. */
	private static function readWord($word) {
		if ($word === 'Success') {
			return self::placed(null);
		}
		$isOurs = $word === 'Error' || $word === 'Authentication Failure';
		return self::refused($isOurs ? 'refused' : 'unreachable', $isOurs ? $word : '');
	}

	private static function placed($click) {
		return array('placed' => true, 'click' => $click);
	}

	private static function refused($reason, $why) {
		return array('placed' => false, 'reason' => $reason, 'why' => $why);
	}
}
