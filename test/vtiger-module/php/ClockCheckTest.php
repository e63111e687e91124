<?php

use PHPUnit\Framework\TestCase;

require_once dirname(__DIR__, 3) . '/vtiger-module/modules/AsteriskConnector/lib/check/ClockCheck.php';

final class ClockCheckTest extends TestCase {

	const NOW = 1795275000; // 2026-11-21T15:30:00Z

	/** @return string[] as CLOCK_FINE good */
	private static function found(array $status, $crmTime, $zone) {
		return array_map(function ($finding) {
			$told = $finding->told(function ($key) {
				return $key . '|%1$s|%2$s|%3$s';
			});
			return $finding->name() . ' ' . $told['state'];
		}, AsteriskConnector_ClockCheck::findings($status, self::NOW, $crmTime, $zone));
	}

	private static function status($now, $crmTime, $zone = 'Europe/Moscow') {
		return array('now' => $now, 'crmTime' => $crmTime, 'zone' => $zone);
	}

	public function testClocksAndZonesThatAgree() {
		$status = self::status('2026-11-21T15:30:01.900Z', '2026-11-21 18:30:01');
		$this->assertSame(array('CLOCK_FINE good', 'ZONE_FINE good'), self::found($status, '2026-11-21 18:30:00', 'Europe/Moscow'));
	}

	/** @dataProvider clocks */
	public function testAClockThatIsOffIsNotTakenForAZone($now, $crmTime, $expected) {
		$this->assertSame(array($expected, 'ZONE_FINE good'), self::found(self::status($now, $crmTime), '2026-11-21 18:30:00', 'Europe/Moscow'));
	}

	public function clocks() {
		return array(
			array('2026-11-21T15:30:10Z', '2026-11-21 18:30:10', 'CLOCK_FAST warning'),
			array('2026-11-21T15:29:50Z', '2026-11-21 18:29:50', 'CLOCK_SLOW warning'),
			array('2026-11-21T16:30:00Z', '2026-11-21 19:30:00', 'CLOCK_FAST fault'),
			array('2026-11-21T15:20:00Z', '2026-11-21 18:20:00', 'CLOCK_SLOW fault'),
		);
	}

	/** @dataProvider zones */
	public function testADifferentZone($crmTime, $hours) {
		$findings = AsteriskConnector_ClockCheck::findings(self::status('2026-11-21T15:30:00Z', $crmTime), self::NOW, '2026-11-21 15:30:00', 'UTC');
		$this->assertSame('ZONE_DIFFERENT', $findings[1]->name());
		$told = $findings[1]->told(function () {
			return '%1$s %2$s %3$s';
		});
		$this->assertSame("$hours Europe/Moscow UTC", $told['text']);
	}

	public function zones() {
		return array(array('2026-11-21 18:30:00', '+3:00'), array('2026-11-21 10:00:00', '-5:30'), array('2026-11-21 21:15:00', '+5:45'));
	}

	public function testZonesOfOneTimeAgreeUnderAnyName() {
		$status = self::status('2026-11-21T15:30:00Z', '2026-11-21 18:30:00', 'Europe/Minsk');
		$this->assertSame(array('CLOCK_FINE good', 'ZONE_FINE good'), self::found($status, '2026-11-21 18:30:00', 'Europe/Moscow'));
	}
}
