<?php

use PHPUnit\Framework\TestCase;

final class NumberTest extends TestCase {
	/** @dataProvider cleaned */
	public function testLeavesNothingForTheLookUpsSql($text, $number) {
		$this->assertSame($number, AsteriskConnector_Number::clean($text));
	}

	public function cleaned() {
		return array(
			array('+7 (495) 111-22-77', '+74951112277'),
			array('8(495)1112277', '84951112277'),
			array('zzz"OR"1"#', '1#'),
			array("1' OR '1'='1", '111'),
			array('%', ''),
			array('84951%_', '84951'),
			array('*', ''),
			array('*21#', '*21#'),
			array('7+495', '7495'),
			array('(74951112277)', '74951112277'),
			array(str_repeat('1', 40), str_repeat('1', 32)),
			array('', ''),
			array('anonymous', ''),
			array(null, ''),
			array(array('1'), ''),
		);
	}

	/** @dataProvider clicked */
	public function testDialsOnlyWhatIsOneNumber($text, $number) {
		$this->assertSame($number, AsteriskConnector_Number::dialled($text));
	}

	public function clicked() {
		return array(
			array('+7 (495) 111-22-77', '+74951112277'),
			array("8\u{00A0}495\u{2011}111.22.77", '84951112277'),
			array('*21#', '*21#'),
			array('84951112277, 84951112278', null),
			array('84951112277 ext. 5', null),
			array('8495;rm', null),
			array("8495\n", '8495'),
			array('1+1', null),
			array('', null),
			array("\xff1", null),
			array(array('1'), null),
		);
	}

	public function testDigitsAreAsTheCrmKeepsThem() {
		$this->assertSame('74951112277', AsteriskConnector_Number::digits('+7 495 111-22-77'));
	}

	public function testKnowsWhatCanBeAnExtension() {
		foreach (array('101', '*21', 'anna.b-2_#') as $text) {
			$this->assertTrue(AsteriskConnector_Number::isExtension($text), $text);
		}
		foreach (array('', '1 01', "101\n", "1'", 'Anna Б', str_repeat('1', 33), null, array('101'), 101) as $text) {
			$this->assertFalse(AsteriskConnector_Number::isExtension($text));
		}
	}
}
