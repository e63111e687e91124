<?php

use PHPUnit\Framework\TestCase;

final class RecordingPassTest extends TestCase {
	public function testAsksForTheIdWithTheBrowsersConditions() {
		$client = new ScriptedClient('HTTP/1.1 206 Partial Content', array('ab', 'cd'));
		$output = new CollectedOutput();
		$problem = (new AsteriskConnector_RecordingPass($client, $output))->send('A-b_9', array(
			'REQUEST_METHOD' => 'GET',
			'HTTP_RANGE' => 'bytes=100-',
			'HTTP_IF_RANGE' => '"3c-1"',
			'HTTP_COOKIE' => 'PHPSESSID=1',
			'HTTP_AUTHORIZATION' => 'Basic x',
		));
		$this->assertNull($problem);
		$this->assertSame('/recording?id=A-b_9', $client->path);
		$this->assertSame(array('Range: bytes=100-2097251', 'If-Range: "3c-1"'), $client->headers);
		$this->assertFalse($client->isHead);
		$this->assertSame(206, $output->status);
		$this->assertSame('abcd', $output->body);
	}

	public function testAConditionWithAControlCharacterIsLeftAway() {
		$client = new ScriptedClient('HTTP/1.1 200 OK', array());
		(new AsteriskConnector_RecordingPass($client, new CollectedOutput()))->send('a', array('HTTP_IF_RANGE' => "x\r\nX: y"));
		$this->assertSame(array(), $client->headers);
	}

	public function testShowsNothingOfWhatTheConnectorSaysToARefusal() {
		$client = new ScriptedClient('HTTP/1.1 409 Conflict', array('The recording is not finished'));
		$output = new CollectedOutput();
		$this->assertSame('not-ready', (new AsteriskConnector_RecordingPass($client, $output))->send('a', array()));
		$this->assertSame('', $output->body);
		$this->assertSame(0, $output->status);
		$this->assertSame(0, $client->piecesTaken);
	}

	public function testAConnectorThatIsNotThereIsUnreachable() {
		$client = new ScriptedClient('', array());
		$this->assertSame('unreachable', (new AsteriskConnector_RecordingPass($client, new CollectedOutput()))->send('a', array()));
	}

	public function testStopsFetchingWhenTheBrowserHasGone() {
		$client = new ScriptedClient('HTTP/1.1 200 OK', array('ab', 'cd', 'ef'));
		$output = new CollectedOutput();
		$output->piecesWanted = 2;
		$this->assertNull((new AsteriskConnector_RecordingPass($client, $output))->send('a', array()));
		$this->assertSame(1, $client->piecesTaken);
		$this->assertSame('abcd', $output->body);
	}

	public function testAHeadIsAskedAsAHead() {
		$client = new ScriptedClient('HTTP/1.1 200 OK', array());
		(new AsteriskConnector_RecordingPass($client, new CollectedOutput()))->send('a', array('REQUEST_METHOD' => 'HEAD'));
		$this->assertTrue($client->isHead);
	}
}

/** A connector that answers as told. */
final class ScriptedClient {
	public $path;
	public $headers;
	public $isHead;
	/** Pieces after which more were wanted. */
	public $piecesTaken = 0;
	private $statusLine;
	private $pieces;

	public function __construct($statusLine, array $pieces) {
		$this->statusLine = $statusLine;
		$this->pieces = $pieces;
	}

	public function stream($path, array $headers, $isHead, callable $headerLine, callable $piece) {
		$this->path = $path;
		$this->headers = $headers;
		$this->isHead = $isHead;
		if ($this->statusLine === '') {
			return false;
		}
		$headerLine($this->statusLine . "\r\n");
		$headerLine("\r\n");
		foreach ($this->pieces as $bytes) {
			if (!$piece($bytes)) {
				return false;
			}
			$this->piecesTaken++;
		}
		return true;
	}
}

final class CollectedOutput {
	public $status = 0;
	public $body = '';
	public $piecesWanted = PHP_INT_MAX;

	public function begin($status, array $headers) {
		$this->status = $status;
	}

	public function piece($bytes) {
		$this->body .= $bytes;
		return --$this->piecesWanted > 0;
	}
}
