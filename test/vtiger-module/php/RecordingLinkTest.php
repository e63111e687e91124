<?php

use PHPUnit\Framework\TestCase;

final class RecordingLinkTest extends TestCase {
	/** @dataProvider links */
	public function testTakesTheIdAlone($link, $id) {
		$this->assertSame($id, AsteriskConnector_RecordingLink::idOf($link));
	}

	public function links() {
		return array(
			'SalesPlatform' => array('http://127.0.0.1:5000/recording?id=Ab-_9', 'Ab-_9'),
			'of a Java connector, whose recordings were taken over' => array('http://127.0.0.1:5000/recording?id=1424682.33', '1424682.33'),
			'vTiger, with a key' => array('http://127.0.0.1:5000/recording?id=Ab9&key=xyz', 'Ab9'),
			'as an HTML page holds it' => array('https://pbx.example.com/recording?key=x&amp;id=Ab9', 'Ab9'),
			'behind a path' => array('https://pbx.example.com/asterisk/recording?id=Ab9', 'Ab9'),
		);
	}

	/** @dataProvider others */
	public function testFollowsNoOtherLink($link) {
		$this->assertNull(AsteriskConnector_RecordingLink::idOf($link));
	}

	public function others() {
		return array(
			array('file:///etc/passwd?id=1'), array('gopher://x/recording?id=1'), array('/recording?id=1'), array('http://x/recording'),
			array('http://x/status?id=1'), array('http://x/recordings?id=1'), array('http://x/xrecording?id=1'),
			array('http://x/recording/?id=1'), array('http://u:p@x/recording?id=1'), array('http://x/recording?id=../status'),
			array('http://x/recording?id[]=1'), array("http://x/recording?id=1%0d%0aX:y"), array('http://x/recording?id='),
			array('http://x/recording?id=' . str_repeat('a', 101)), array(''), array(null), array(array()), array('http:///recording?id=1'),
		);
	}
}
