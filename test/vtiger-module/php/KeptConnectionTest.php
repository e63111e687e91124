<?php

use PHPUnit\Framework\TestCase;

final class KeptConnectionTest extends TestCase {
	private $server;

	protected function setUp(): void {
		$this->server = new LoopbackServer(array(__DIR__ . '/keeping-server.php', '{port}'));
	}

	protected function tearDown(): void {
		$this->server->stop();
	}

	public function testPollsShareAConnection() {
		$first = $this->ask('/a');
		$this->assertSame(array('connection' => $first['connection'], 'request' => 2), $this->ask('/b'));
		$this->assertSame(array('connection' => $first['connection'], 'request' => 3), $this->ask('/c'));
	}

	public function testAConnectionThatWasClosedIsReplaced() {
		$first = $this->ask('/closes');
		$this->waitForTheOtherEnd();
		$this->assertSame(array('connection' => $first['connection'] + 1, 'request' => 1), $this->ask('/a'));
	}

	public function testWhatIsLeftUnreadIsNobodysAnswer() {
		$first = $this->ask('/leaves');
		$this->waitForTheOtherEnd();
		$this->assertSame(array('connection' => $first['connection'] + 1, 'request' => 1), $this->ask('/a'));
	}

	public function testAConnectionThatIsClosedUnderARequestIsReplaced() {
		$first = $this->ask('/a');
		$this->assertSame(array('connection' => $first['connection'] + 1, 'request' => 1), $this->ask('/drops-kept'));
	}

	public function testWhatIsDroppedTwiceIsNotTriedAThirdTime() {
		$first = $this->ask('/a');
		$this->assertNull($this->ask('/drops'));
		$this->assertSame(array('connection' => $first['connection'] + 2, 'request' => 1), $this->ask('/a'));
	}

	public function testWhatANewConnectionDropsIsNotTriedAgain() {
		$this->assertNull($this->ask('/drops'));
		// The first connection was LoopbackServer's, to see whether anybody listens.
		$this->assertSame(3, $this->ask('/a')['connection']);
	}

	public function testALateAnswerIsNobodysAnswer() {
		$this->ask('/a');
		$start = microtime(true);
		$this->assertNull($this->ask('/hangs'));
		$this->assertLessThan(3, microtime(true) - $start);
		// The server is through with the one that hung after three seconds.
		sleep(1);
		$this->assertSame(1, $this->ask('/a')['request']);
	}

	public function testHalfAnAnswerIsNone() {
		$this->assertNull($this->ask('/short'));
		$this->assertSame(1, $this->ask('/a')['request']);
	}

	public function testAnAnswerInChunksIsAskedForByCurl() {
		$this->assertSame(1, $this->ask('/chunked')['request']);
	}

	public function testNobodyThereIsNoAnswer() {
		$this->assertNull((new AsteriskConnector_KeptConnection('http://127.0.0.1:' . LoopbackServer::freePort(), 't'))->get('/a'));
	}

	private function ask($path) {
		$answer = (new AsteriskConnector_KeptConnection($this->server->address(), 't'))->get($path);
		return $answer === null ? null : json_decode($answer['body'], true);
	}

	private function waitForTheOtherEnd() {
		usleep(50000);
	}
}
