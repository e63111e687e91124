<?php

use PHPUnit\Framework\TestCase;

require_once dirname(__DIR__, 3) . '/vtiger-module/modules/AsteriskConnector/lib/check/StatusCheck.php';

final class StatusCheckTest extends TestCase {

	private static function well() {
		return array(
			'version' => '0.1.0',
			'link' => array('up' => true, 'since' => '2026-11-21T15:00:00Z'),
			'database' => array('state' => 'well', 'problem' => null),
			'outbox' => array('depth' => 2, 'oldestSeconds' => 60, 'givenUp' => 0),
			'crm' => array('dialect' => 'vanilla', 'isAway' => false, 'alarms' => array()),
			'openCalls' => 3,
		);
	}

	private static function check(array $status) {
		return new AsteriskConnector_StatusCheck($status, function ($seconds) {
			return gmdate('H:i', $seconds);
		});
	}

	/** @return string[] names of what is not good */
	private static function faults(array $status, $version = '0.1.0', $kind = 'vanilla') {
		$findings = self::check($status)->findings($version, $kind);
		$bad = array_filter($findings, function ($finding) {
			return $finding->told('strval')['state'] !== AsteriskConnector_Finding::GOOD;
		});
		return array_values(array_map(function ($finding) {
			return $finding->name();
		}, $bad));
	}

	public function testAWellConnectorHasNoFaults() {
		$this->assertSame(array(), self::faults(self::well()));
		$this->assertCount(6, self::check(self::well())->findings('0.1.0', 'vanilla'));
	}

	/** @dataProvider faulty */
	public function testEachFaultIsSeen(array $part, array $expected) {
		$this->assertSame($expected, self::faults(array_replace_recursive(self::well(), $part)));
	}

	public function faulty() {
		return array(
			array(array('version' => '0.2.0'), array('VERSION_DIFFERENT')),
			array(array('link' => array('up' => false)), array('ASTERISK_DOWN')),
			array(array('database' => array('state' => 'failing', 'problem' => 'disk full')), array('DATABASE_FAILING')),
			array(array('outbox' => array('oldestSeconds' => 61)), array('BACKLOG_OLD')),
			array(array('outbox' => array('depth' => null)), array('BACKLOG_UNKNOWN')),
			array(array('outbox' => array('givenUp' => 4)), array('GIVEN_UP_SOME')),
			array(array('crm' => array('isAway' => true)), array('CRM_AWAY')),
			array(array('crm' => array('dialect' => 'salesplatform')), array('CRM_OTHER_KIND')),
			array(array('crm' => array('alarms' => array('token', 'url', 'emptyServerError'))), array('CRM_TOKEN', 'CRM_URL', 'CRM_SERVER_ERROR')),
			array(array('crm' => array('dialect' => 'unknown')), array()),
			array(array('players' => 'all'), array('PLAYERS_ALL')),
			array(array('players' => 'module'), array()),
			array(array('outbox' => array('depth' => 0, 'oldestSeconds' => 0)), array()),
		);
	}

	/** @dataProvider times */
	public function testSinceWhenAsteriskIsAway($since, $told) {
		$findings = self::check(array('link' => array('up' => false, 'since' => $since)) + self::well())->findings('0.1.0', 'vanilla');
		$texts = array_map(function ($finding) {
			return $finding->told(function ($key) {
				return $key === 'CHECK_ASTERISK_DOWN' ? 'since %s' : '';
			})['text'];
		}, $findings);
		$this->assertContains("since $told", $texts);
	}

	public function times() {
		return array(array('2026-11-21T14:40:00.123Z', '14:40'), array('yesteryear', 'yesteryear'), array(array(), ''));
	}

	public function testAReportOfAnotherMakeIsNoError() {
		$bare = array('version' => array(), 'link' => 'x', 'database' => 'well', 'outbox' => null, 'crm' => array('alarms' => 'x'));
		$this->assertSame(array('VERSION_DIFFERENT', 'ASTERISK_DOWN', 'DATABASE_FAILING', 'BACKLOG_UNKNOWN'), self::faults($bare));
	}
}
