<?php

require_once __DIR__ . '/Finding.php';

/**
 * Two machines, two clocks and two settings of a time zone. The CRM takes a ringing call that began more than 300 s ago by its
 * own clock for a dead one, and shows every time as if it were in its own zone.
 */
final class AsteriskConnector_ClockCheck {

	const UNNOTICED_SECONDS = 2;
	const HARMFUL_SECONDS = 30;
	/** Zones differ by quarters of an hour. */
	const QUARTER = 900;

	/**
	 * @param array<string, mixed> $status with now (ISO 8601), crmTime (Y-m-d H:i:s) and zone
	 * @param int $now epoch seconds, by the CRM's clock
	 * @param string $crmTime the same as the CRM writes it: Y-m-d H:i:s
	 * @param string $crmZone as Europe/Moscow
	 * @return AsteriskConnector_Finding[]
	 */
	public static function findings(array $status, $now, $crmTime, $crmZone) {
		$ahead = strtotime($status['now']) - $now;
		$findings = array(self::clock($ahead));
		if (isset($status['crmTime'], $status['zone'])) {
			$findings[] = self::zone(self::asIfUtc($status['crmTime']) - self::asIfUtc($crmTime) - $ahead, (string) $status['zone'], $crmZone);
		}
		return $findings;
	}

	/** @param int $ahead seconds by which the connector's clock is ahead of the CRM's */
	private static function clock($ahead) {
		$seconds = abs($ahead);
		if ($seconds <= self::UNNOTICED_SECONDS) {
			return AsteriskConnector_Finding::good('CLOCK', 'FINE', array($seconds));
		}
		$case = $ahead > 0 ? 'FAST' : 'SLOW';
		return $seconds <= self::HARMFUL_SECONDS
			? AsteriskConnector_Finding::warning('CLOCK', $case, array($seconds))
			: AsteriskConnector_Finding::fault('CLOCK', $case, array($seconds));
	}

	private static function zone($difference, $zone, $crmZone) {
		$minutes = (int) round($difference / self::QUARTER) * 15;
		return $minutes === 0
			? AsteriskConnector_Finding::good('ZONE', 'FINE', array($crmZone))
			: AsteriskConnector_Finding::fault('ZONE', 'DIFFERENT', array(self::hours($minutes), $zone, $crmZone));
	}

	private static function hours($minutes) {
		return sprintf('%s%d:%02d', $minutes < 0 ? '-' : '+', intdiv(abs($minutes), 60), abs($minutes) % 60);
	}

	private static function asIfUtc($time) {
		return strtotime($time . ' UTC');
	}
}
