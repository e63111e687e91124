<?php

use PHPUnit\Framework\TestCase;

final class ConnectorClientTest extends TestCase {
	private static $server;
	private static $address;

	public static function setUpBeforeClass(): void {
		self::$server = new LoopbackServer(array('-S', '127.0.0.1:{port}', __DIR__ . '/connector-server.php'));
		self::$address = self::$server->address();
	}

	public static function tearDownAfterClass(): void {
		self::$server->stop();
	}

	public function testBringsTheSecretAsBearerAndNowhereElse() {
		$answer = (new AsteriskConnector_ConnectorClient(self::$address, 's3cret'))->get('/echo');
		$this->assertSame(200, $answer['status']);
		$given = json_decode($answer['body'], true);
		$this->assertSame('Bearer s3cret', $given['headers']['authorization']);
		$this->assertSame('application/json', $given['headers']['accept']);
		$this->assertSame(1, substr_count($answer['body'], 's3cret'));
	}

	public function testPostsAForm() {
		$answer = (new AsteriskConnector_ConnectorClient(self::$address, 's'))->post('/echo', array('to' => '+7 & "x"', 'from' => '101'));
		$given = json_decode($answer['body'], true);
		$this->assertSame('POST', $given['method']);
		$this->assertSame(array('to' => '+7 & "x"', 'from' => '101'), $given['post']);
	}

	public function testFollowsNobodyElsewhere() {
		$answer = (new AsteriskConnector_ConnectorClient(self::$address, 's'))->get('/away');
		$this->assertSame(302, $answer['status']);
		$this->assertSame('elsewhere', $answer['body']);
	}

	public function testNobodyThereIsNoAnswer() {
		$client = new AsteriskConnector_ConnectorClient('http://127.0.0.1:' . LoopbackServer::freePort(), 's');
		$this->assertNull($client->get('/echo'));
		$this->assertNull($client->post('/echo', array()));
	}

	public function testAHangingConnectorIsGivenUp() {
		$start = microtime(true);
		$this->assertNull((new AsteriskConnector_ConnectorClient(self::$address, 's'))->get('/hangs'));
		$this->assertLessThan(3, microtime(true) - $start);
	}

	public function testWhatWasAskedOfOneThatHangsMayHaveBeenDone() {
		$this->assertSame(array('status' => 0, 'body' => ''), (new AsteriskConnector_ConnectorClient(self::$address, 's'))->post('/hangs', array()));
	}

	public function testStreamsWithoutKeepingWhatPassed() {
		$lines = array();
		$length = 0;
		$before = memory_get_peak_usage();
		$isWhole = self::stream('/long', $lines, function ($bytes) use (&$length) {
			$length += strlen($bytes);
			return true;
		});
		$this->assertTrue($isWhole);
		$this->assertSame(8388608, $length);
		$this->assertStringContainsString(' 200 ', $lines[0]);
		$this->assertLessThan(2000000, memory_get_peak_usage() - $before);
	}

	public function testStopsWhenNoMoreIsWanted() {
		$lines = array();
		$pieces = 0;
		$isWhole = self::stream('/long', $lines, function () use (&$pieces) {
			$pieces++;
			return false;
		});
		$this->assertFalse($isWhole);
		$this->assertSame(1, $pieces);
	}

	private static function stream($path, array &$lines, callable $piece) {
		// The server of the test serves one at a time: the one that hangs must be through.
		$client = new AsteriskConnector_ConnectorClient(self::$address, 's');
		return $client->stream($path, array(), false, function ($line) use (&$lines) {
			$lines[] = $line;
		}, $piece);
	}
}
