<?php

use PHPUnit\Framework\TestCase;

final class GatewayTest extends TestCase {
	public function testReadsWhatPbxManagerStores() {
		$json = '{"webappurl":"http:\/\/127.0.0.1:5000\/","outboundcontext":"vtiger","vtigersecretkey":"abracadabra"}';
		$gateway = AsteriskConnector_Gateway::fromJson($json);
		$this->assertSame('http://127.0.0.1:5000', $gateway->address());
		$this->assertSame('abracadabra', $gateway->secret());
		$this->assertSame('vtiger', $gateway->context());
		$this->assertTrue($gateway->isConfigured());
	}

	public function testKeepsAPathBeforeTheConnector() {
		$this->assertSame('https://pbx.example.com/asterisk', (new AsteriskConnector_Gateway(' https://pbx.example.com/asterisk// ', 's', ''))->address());
	}

	/** @dataProvider unusable */
	public function testCallsNothingButAWebAddress($address) {
		$gateway = new AsteriskConnector_Gateway($address, 's', '');
		$this->assertSame('', $gateway->address());
		$this->assertFalse($gateway->isConfigured());
	}

	public function unusable() {
		return array(
			array(''), array(null), array('127.0.0.1:5000'), array('file:///etc/passwd'), array('gopher://x/'), array('http://'),
			array('http://x/?a=b'), array('http://x/#a'), array(array('http://x')),
		);
	}

	/** @dataProvider notSettings */
	public function testIsNotConfiguredByAnythingElse($json) {
		$this->assertFalse(AsteriskConnector_Gateway::fromJson($json)->isConfigured());
	}

	public function notSettings() {
		return array(array(null), array(''), array('"a"'), array('[]'), array('{"webappurl":"http://x"}'), array('{"webappurl":["http://x"],"vtigersecretkey":"s"}'));
	}
}
