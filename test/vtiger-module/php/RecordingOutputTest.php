<?php

use PHPUnit\Framework\TestCase;

final class RecordingOutputTest extends TestCase {
	/** @var LoopbackServer */
	private static $server;

	public static function setUpBeforeClass(): void {
		self::$server = new LoopbackServer(array('-S', '127.0.0.1:{port}', __DIR__ . '/sound-server.php'));
	}

	public static function tearDownAfterClass(): void {
		self::$server->stop();
	}

	private static function headers($path) {
		return array_change_key_case(get_headers(self::$server->address() . $path, PHP_VERSION_ID >= 80000 ? true : 1));
	}

	public function testIsNobodyElsesAndNeverAPage() {
		$headers = self::headers('/');
		$this->assertStringContainsString(' 206 ', $headers[0]);
		$expected = array(
			'content-type' => 'audio/wav',
			'content-length' => '4',
			'cross-origin-resource-policy' => 'same-origin',
			'cache-control' => 'private, no-store',
			'x-content-type-options' => 'nosniff',
			'content-security-policy' => "default-src 'none'",
			'x-asterisk-download' => 'no',
			'content-disposition' => 'inline; filename="call-17.wav"',
		);
		$this->assertEquals($expected, array_intersect_key($headers, $expected));
	}

	public function testIsKeptUnderItsName() {
		$this->assertSame('attachment; filename="call-17.wav"', self::headers('/download')['content-disposition']);
	}
}
