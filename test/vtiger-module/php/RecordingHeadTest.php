<?php

use PHPUnit\Framework\TestCase;

final class RecordingHeadTest extends TestCase {
	public function testPassesOnWhatAPlayerNeedsAndNothingElse() {
		$head = self::read("HTTP/1.1 206 Partial Content\r\nContent-Type: audio/wav\r\nContent-Length: 2\r\nContent-Range: bytes 0-1/60\r\n"
			. "Accept-Ranges: bytes\r\nETag: \"3c-1\"\r\nLast-Modified: Sat, 21 Nov 2026 10:00:00 GMT\r\nSet-Cookie: a=b\r\nServer: node\r\n"
			. "Location: http://127.0.0.1:5000/\r\nContent-Disposition: inline; filename=\"84951112277.wav\"\r\nX: y\r\n\r\n");
		$this->assertNull($head->problem());
		$this->assertSame(206, $head->status());
		$this->assertSame(array(
			'content-type' => 'audio/wav',
			'content-length' => '2',
			'content-range' => 'bytes 0-1/60',
			'accept-ranges' => 'bytes',
			'etag' => '"3c-1"',
			'last-modified' => 'Sat, 21 Nov 2026 10:00:00 GMT',
		), $head->headers());
	}

	/** @dataProvider answers */
	public function testKnowsWhatIsPassedOn($status, $problem) {
		$this->assertSame($problem, self::read("HTTP/1.1 $status X\r\n\r\n")->problem());
	}

	public function answers() {
		return array(
			array(200, null), array(206, null), array(304, null), array(416, null), array(404, 'missing'), array(409, 'not-ready'),
			array(410, 'deleted'), array(501, 'unplayable'),
			array(401, 'unreachable'), array(403, 'unreachable'), array(429, 'unreachable'), array(500, 'unreachable'),
			array(503, 'unreachable'), array(302, 'unreachable'), array(204, 'unreachable'),
		);
	}

	public function testNothingIsPassedOnBeforeAllHeadersAreRead() {
		$head = self::read("HTTP/1.1 200 OK\r\nContent-Type: audio/wav\r\n");
		$this->assertFalse($head->isComplete());
		$this->assertSame('unreachable', $head->problem());
	}

	public function testStartsAnewAfterAnInterimAnswer() {
		$head = self::read("HTTP/1.1 100 Continue\r\nETag: \"old\"\r\n\r\n");
		$this->assertFalse($head->isComplete());
		$head = self::read("HTTP/1.1 100 Continue\r\nETag: \"old\"\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n");
		$this->assertSame(array('content-length' => '5'), $head->headers());
	}

	/** @dataProvider types */
	public function testIsNeverAPageInTheCrmsOrigin($type, $passed) {
		$this->assertSame(array('content-type' => $passed), self::read("HTTP/1.1 200 OK\r\ncontent-type: $type\r\n\r\n")->headers());
	}

	public function types() {
		return array(
			array('audio/x-gsm', 'audio/x-gsm'), array('text/html', 'application/octet-stream'),
			array('audio/wav; charset=x', 'application/octet-stream'), array('image/svg+xml', 'application/octet-stream'),
		);
	}

	private static function read($text) {
		$head = new AsteriskConnector_RecordingHead();
		foreach (preg_split('/(?<=\n)/', $text, -1, PREG_SPLIT_NO_EMPTY) as $line) {
			$head->line($line);
		}
		return $head;
	}
}
