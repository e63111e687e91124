<?php

use PHPUnit\Framework\TestCase;

/** Who may hear which recording. */
final class RecordingRightsTest extends TestCase {
	const OTHER_LINK = 'http://127.0.0.1:5000/other?id=1795-17';
	const LINK = 'http://127.0.0.1:5000/recording?id=1795-17';

	protected function setUp(): void {
		Crm::begin();
		self::row(self::LINK, 'completed', '2020-01-01 10:00:00');
	}

	private static function row($link, $status, $ended) {
		PearDatabase::$answers['SELECT p.recordingurl'] = array(array('recordingurl' => $link, 'callstatus' => $status, 'endtime' => $ended));
	}

	public function testWhoMaySeeTheRecordMayHearIt() {
		$this->assertSame('1795-17', AsteriskConnector_Recording_Model::forCurrentUser('17')->id());
	}

	/** @dataProvider refusals */
	public function testIsNotHeard(callable $crm, $reason, array $parameters = array()) {
		$crm();
		$this->assertSame($reason, Crm::answer('Recording', $parameters + array('record' => '17'))['reason']);
	}

	public function refusals() {
		$asIs = function () {
		};
		$denied = function ($right) {
			return function () use ($right) {
				Crm::$denied = array($right);
			};
		};
		return array(
			'the record is not for him' => array($denied('PBXManager DetailView 17'), 'forbidden'),
			'his profile hides the field' => array(function () {
				Crm::$hiddenFields = array('recordingurl');
			}, 'forbidden'),
			'his profile denies the module' => array($denied('AsteriskConnector'), 'forbidden'),
			'it may not be taken away' => array($denied('PBXManager Export'), 'forbidden', array('download' => '1')),
			'nobody is logged in' => array(function () {
				Crm::nobodyIsLoggedIn();
			}, 'logged-out'),
			'no such record' => array(function () {
				PearDatabase::$answers['SELECT p.recordingurl'] = array();
			}, 'missing'),
			'not a record' => array($asIs, 'missing', array('record' => '17 OR 1=1')),
			'a link to elsewhere' => array(function () {
				self::row(self::OTHER_LINK, 'completed', '2020-01-01 10:00:00');
			}, 'missing'),
			'a call that has none' => array(function () {
				self::row('', 'completed', '2020-01-01 10:00:00');
			}, 'missing'),
			'a call that has just ended' => array(function () {
				self::row('', 'completed', date('Y-m-d H:i:s', time() - 5));
			}, 'not-ready'),
			'a call that goes on' => array(function () {
				self::row('', 'in-progress', '');
			}, 'not-ready'),
			'PBXManager is not set up' => array(function () {
				Crm::$gateway['webappurl'] = '';
			}, 'unreachable'),
		);
	}

	public function testANumberOfARecordThatIsNotForHimTellsNothingOfIt() {
		self::row('', 'in-progress', '');
		Crm::$denied = array('PBXManager DetailView 17');
		$this->assertSame('forbidden', Crm::answer('Recording', array('record' => '17'))['reason']);
	}
}
