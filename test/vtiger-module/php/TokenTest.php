<?php

use PHPUnit\Framework\TestCase;

final class TokenTest extends TestCase {
	/** Made by Node 20: createHmac('sha256', createHmac('sha256', 'abracadabra').update('live').digest()). */
	const BY_NODE = 'v1.eyJleHQiOiIxMDEiLCJ1c2VyIjo1LCJleHAiOjE3OTUyNjg5OTl9.SFwJj0oYsLobOYvCuHsOwyvDom9hUI4F_isDXMb9ZC4';

	public function testIsTheOneThatTheConnectorExpects() {
		$this->assertSame(self::BY_NODE, AsteriskConnector_Token::sign('101', 5, 'abracadabra', 1795268999));
	}

	public function testLooksLikeAToken() {
		$this->assertTrue(AsteriskConnector_Token::looksLikeOne(self::BY_NODE));
		$this->assertTrue(AsteriskConnector_Token::looksLikeOne(AsteriskConnector_Token::sign('*1#"<é', 99999, 'x', 1)));
	}

	/** @dataProvider noTokens */
	public function testSendsNothingElseToTheConnector($text) {
		$this->assertFalse(AsteriskConnector_Token::looksLikeOne($text));
	}

	public function noTokens() {
		$mac = str_repeat('a', 43);
		return array(
			array(''), array(null), array(array('v1')), array('v1.a'), array("v1.a.$mac\n"), array("v1.a.$mac\r\nX: y"),
			array("v2.a.$mac"), array('v1..' . $mac), array('v1.a.' . substr($mac, 1)), array('v1.' . str_repeat('a', 401) . ".$mac"),
		);
	}
}
