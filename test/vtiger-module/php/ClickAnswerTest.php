<?php

use PHPUnit\Framework\TestCase;

final class ClickAnswerTest extends TestCase {
	/** @dataProvider answers */
	public function testTellsTheTruth($answer, $read) {
		$this->assertSame($read, AsteriskConnector_ClickAnswer::read($answer));
	}

	public function answers() {
		$no = function ($reason, $why) {
			return array('placed' => false, 'reason' => $reason, 'why' => $why);
		};
		return array(
			'nobody there' => array(null, $no('unreachable', '')),
			'asked, and no answer' => array(array('status' => 0, 'body' => ''), $no('unknown', '')),
			'a proxy that waited in vain' => array(array('status' => 504, 'body' => '<html>'), $no('unknown', '')),
			'placed' => array(self::said('{"result":"Success","click":"c-17"}'), array('placed' => true, 'click' => 'c-17')),
			'Asterisk away' => array(self::said('{"result":"Error","reason":"unreachable","why":"link down"}'), $no('unreachable', 'link down')),
			'refused' => array(self::said('{"result":"Error","reason":"parameter","why":"to"}'), $no('refused', 'to')),
			'no words' => array(self::said('{"result":"Error","why":["x"]}'), $no('refused', '')),
			'an older connector' => array(self::said("Success\n"), array('placed' => true, 'click' => null)),
			'an older one that refuses' => array(self::said('Error'), $no('refused', 'Error')),
			'wrong secret' => array(self::said('Authentication Failure'), $no('refused', 'Authentication Failure')),
			'another server' => array(self::said('<html>502 Bad Gateway</html>'), $no('unreachable', '')),
			'an empty answer' => array(self::said(''), $no('unreachable', '')),
			'a number in JSON' => array(self::said('1'), $no('unreachable', '')),
		);
	}

	private static function said($body) {
		return array('status' => 200, 'body' => $body);
	}
}
