<?php

use PHPUnit\Framework\TestCase;

final class RangeTest extends TestCase {
	/** @dataProvider ranges */
	public function testForwards($header, $forwarded) {
		$this->assertSame($forwarded, AsteriskConnector_Range::forward($header));
	}

	public function ranges() {
		return array(
			'from the start, as players ask' => array('bytes=0-', 'bytes=0-2097151'),
			'from a place sought' => array('bytes=31457280-', 'bytes=31457280-33554431'),
			'a part' => array('bytes=0-1', 'bytes=0-1'),
			'a long part is wanted as a whole' => array('bytes=0-62914559', 'bytes=0-62914559'),
			'the end' => array('bytes=-500', 'bytes=-500'),
			'several: the connector decides' => array('bytes=0-1, 5-6', 'bytes=0-1, 5-6'),
			'none' => array(null, null),
			'another unit' => array('lines=0-', null),
			'a second header' => array("bytes=0-\r\nX: y", null),
			'with a newline' => array("bytes=0-\n", null),
			'endless' => array('bytes=' . str_repeat('9', 200) . '-', null),
			'no text' => array(array('bytes=0-'), null),
		);
	}
}
