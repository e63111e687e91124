<?php

require_once __DIR__ . '/Finding.php';

/** What the connector says of itself: Asterisk, its database, what waits for the CRM. */
final class AsteriskConnector_StatusCheck {

	/** A CRM that answers takes a callback in much less; behind a short outage the backlog is gone in about as long. */
	const OLD_SECONDS = 60;

	/** @var array<string, mixed> */
	private $status;

	/** @var callable */
	private $timeInWords;

	/**
	 * @param array<string, mixed> $status
	 * @param callable $timeInWords epoch seconds => as the admin reads times
	 */
	public function __construct(array $status, callable $timeInWords) {
		$this->status = $status;
		$this->timeInWords = $timeInWords;
	}

	/**
	 * @param string $moduleVersion
	 * @param string $kind salesplatform or vanilla: what this CRM is
	 * @return AsteriskConnector_Finding[]
	 */
	public function findings($moduleVersion, $kind) {
		return array_merge(
			array($this->version($moduleVersion), $this->asterisk(), $this->database()),
			$this->outbox(),
			$this->crm($kind),
			$this->players()
		);
	}

	private function version($moduleVersion) {
		$connector = self::text($this->status['version']);
		return $connector === $moduleVersion
			? AsteriskConnector_Finding::good('VERSION', 'SAME', array($connector))
			: AsteriskConnector_Finding::warning('VERSION', 'DIFFERENT', array($connector, $moduleVersion));
	}

	private function asterisk() {
		if (!empty($this->status['link']['up'])) {
			return AsteriskConnector_Finding::good('ASTERISK', 'UP', array((int) $this->at('openCalls')));
		}
		return AsteriskConnector_Finding::fault('ASTERISK', 'DOWN', array($this->since()));
	}

	private function since() {
		$since = self::text(isset($this->status['link']['since']) ? $this->status['link']['since'] : '');
		$seconds = strtotime($since);
		return $seconds === false ? $since : call_user_func($this->timeInWords, $seconds);
	}

	private function database() {
		$database = $this->at('database');
		return isset($database['state']) && $database['state'] === 'well'
			? AsteriskConnector_Finding::good('DATABASE', 'FINE')
			: AsteriskConnector_Finding::fault('DATABASE', 'FAILING', array(self::text(isset($database['problem']) ? $database['problem'] : '')));
	}

	private function outbox() {
		$outbox = (array) $this->at('outbox') + array('depth' => null, 'oldestSeconds' => null, 'givenUp' => null);
		if ($outbox['depth'] === null) {
			return array(AsteriskConnector_Finding::warning('BACKLOG', 'UNKNOWN'));
		}
		$values = array((int) $outbox['depth'], (int) $outbox['oldestSeconds']);
		$isOld = $values[0] > 0 && $values[1] > self::OLD_SECONDS;
		return array(
			$isOld ? AsteriskConnector_Finding::warning('BACKLOG', 'OLD', $values) : AsteriskConnector_Finding::good('BACKLOG', 'FINE', $values),
			(int) $outbox['givenUp'] === 0
				? AsteriskConnector_Finding::good('GIVEN_UP', 'NONE')
				: AsteriskConnector_Finding::warning('GIVEN_UP', 'SOME', array((int) $outbox['givenUp'])),
		);
	}

	private function crm($kind) {
		$crm = (array) $this->at('crm') + array('dialect' => 'unknown', 'isAway' => false, 'alarms' => array());
		$findings = array();
		foreach (array('token' => 'TOKEN', 'url' => 'URL', 'emptyServerError' => 'SERVER_ERROR') as $alarm => $case) {
			if (in_array($alarm, (array) $crm['alarms'], true)) {
				$findings[] = AsteriskConnector_Finding::fault('CRM', $case);
			}
		}
		if ($crm['isAway']) {
			$findings[] = AsteriskConnector_Finding::fault('CRM', 'AWAY');
		}
		if ($crm['dialect'] !== 'unknown' && $crm['dialect'] !== $kind) {
			$findings[] = AsteriskConnector_Finding::fault('CRM', 'OTHER_KIND', array(self::text($crm['dialect']), $kind));
		}
		return $findings === array() ? array(AsteriskConnector_Finding::good('CRM', 'FINE')) : $findings;
	}

	/** A connector that does not say it is asked nothing more. */
	private function players() {
		$players = $this->at('players');
		if ($players === null) {
			return array();
		}
		return array($players === 'module'
			? AsteriskConnector_Finding::good('PLAYERS', 'MODULE')
			: AsteriskConnector_Finding::warning('PLAYERS', 'ALL'));
	}

	private function at($name) {
		return isset($this->status[$name]) ? $this->status[$name] : null;
	}

	private static function text($value) {
		return is_scalar($value) ? (string) $value : '';
	}
}
