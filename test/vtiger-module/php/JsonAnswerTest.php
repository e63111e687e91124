<?php

use PHPUnit\Framework\TestCase;

final class JsonAnswerTest extends TestCase {
	/** What a caller may be called. csrf-magic rewrites forms in whatever the CRM puts out. */
	const NAMES = array("<form method='post'>", '<script>alert(1)</script>', '"}],"x":[', "O'Brien & \"Co\"", '</body><html>', 'Иван');

	public function testHoldsNothingThatLooksLikeHtml() {
		$text = AsteriskConnector_JsonAnswer::text(AsteriskConnector_JsonAnswer::result(self::NAMES));
		$this->assertDoesNotMatchRegularExpression('/[<>&\']/', $text);
		$this->assertSame(array('success' => true, 'result' => self::NAMES), json_decode($text, true));
	}

	public function testIsAnAnswerEvenWithBrokenText() {
		$text = AsteriskConnector_JsonAnswer::text(AsteriskConnector_JsonAnswer::error('x', "caf\xe9"));
		$this->assertSame("caf\u{FFFD}", json_decode($text, true)['error']['message']);
	}

	public function testSendsNothingThatWasPrintedBefore() {
		ob_start();
		echo 'Notice: something';
		AsteriskConnector_JsonAnswer::send(200, array('a' => 1));
		$this->assertSame('{"a":1}', ob_get_clean());
	}
}
