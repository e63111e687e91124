<?php

use PHPUnit\Framework\TestCase;

final class LivePollTest extends TestCase {
	const SNAPSHOT = '{"extension":"101","calls":[]}';

	private $folder;
	private $addresses;
	/** Whether the page shows nothing. */
	private $isQuiet = false;
	private $token;
	/** What the database holds. */
	private $configured = 'http://new:5000';
	private $databaseAsked = 0;
	/** Answers by address; every call is noted. */
	private $answers = array();
	/** Of who is quiet, by address. */
	private $lists = array();
	private $asked = array();
	private $now;

	protected function setUp(): void {
		$this->now = microtime(true);
		$this->folder = sys_get_temp_dir() . '/live-poll-' . bin2hex(random_bytes(6));
		mkdir($this->folder);
		$this->addresses = new AsteriskConnector_AddressFile($this->folder);
		$this->token = AsteriskConnector_Token::sign('101', 5, 's', 2000000000);
	}

	protected function tearDown(): void {
		array_map('unlink', glob($this->folder . '/*'));
		rmdir($this->folder);
	}

	public function testPassesTheSnapshotOnWithoutTheDatabase() {
		$this->addresses->remember('http://old:5000');
		$this->answers['http://old:5000'] = array('status' => 200, 'body' => self::SNAPSHOT);
		$this->assertSame(array('status' => 200, 'body' => self::SNAPSHOT), $this->poll());
		$this->assertSame(0, $this->databaseAsked);
		$this->assertSame(array(array('http://old:5000', $this->token, '/live/calls')), $this->asked);
	}

	public function testWhatIsNoTokenIsNotSentOn() {
		$this->token = 'v1.x.y';
		$this->assertSame(401, $this->poll()['status']);
		$this->assertSame(array(), $this->asked);
	}

	public function testATokenThatTheConnectorRefusesIsToBeRenewed() {
		$this->addresses->remember('http://old:5000');
		$this->answers['http://old:5000'] = array('status' => 401, 'body' => 'The token has expired');
		$this->assertSame(array('status' => 401, 'body' => '{"error":"token"}'), $this->poll());
		$this->assertSame(401, $this->poll()['status'], 'and the connector is not taken for away');
	}

	public function testAnAdminsNewAddressIsFoundInTheDatabase() {
		$this->addresses->remember('http://old:5000');
		$this->answers['http://new:5000'] = array('status' => 200, 'body' => self::SNAPSHOT);
		$this->assertSame(200, $this->poll()['status']);
		$this->assertSame('http://new:5000', $this->addresses->address());
	}

	public function testWithoutAFileTheDatabaseIsAskedOnce() {
		$this->answers['http://new:5000'] = array('status' => 200, 'body' => self::SNAPSHOT);
		$this->poll();
		$this->assertSame(200, $this->poll()['status']);
		$this->assertSame(1, $this->databaseAsked);
	}

	public function testAConnectorThatIsAwayIsLeftAloneForAMoment() {
		$this->addresses->remember('http://new:5000');
		$this->assertSame(array('status' => 502, 'body' => '{"error":"connector-unreachable"}'), $this->poll());
		$this->assertSame(502, $this->poll()['status']);
		$this->assertCount(1, $this->asked);
		$this->answers['http://new:5000'] = array('status' => 200, 'body' => self::SNAPSHOT);
		$this->assertSame(200, $this->poll(AsteriskConnector_AddressFile::AWAY_SECONDS + 1)['status']);
	}

	/** @dataProvider strangers */
	public function testAnotherServersAnswerIsNoSnapshot($status, $body) {
		$this->configured = '';
		$this->addresses->remember('http://old:5000');
		$this->answers['http://old:5000'] = array('status' => $status, 'body' => $body);
		$this->assertSame(502, $this->poll()['status']);
	}

	public function strangers() {
		return array(array(200, '<html>'), array(404, '{}'), array(500, '{}'), array(302, ''), array(200, ''));
	}

	public function testOfWhoIsQuietTheConnectorIsAskedOnceForAllInATenthOfASecond() {
		$this->addresses->remember('http://old:5000');
		$this->isQuiet = true;
		$other = AsteriskConnector_Token::sign('102', 6, 's', 2000000000);
		$this->lists['http://old:5000'] = array('status' => 200, 'body' => $this->listOf($this->token, $other));
		$nothing = '{"extension":"101","at":"2026-11-21T14:40:00.123Z","linkUp":true,"calls":[],"ended":[],"clicks":[]}';
		$this->assertSame(array('status' => 200, 'body' => $nothing), $this->poll());
		$this->assertSame(array(array('http://old:5000', $this->token, '/live/quiet')), $this->asked);
		$this->token = $other;
		$this->assertStringContainsString('"102"', $this->poll()['body']);
		$this->assertCount(1, $this->asked, 'the second page is answered without the connector');
		$this->poll(1);
		$this->assertCount(2, $this->asked, 'a second later it is asked again');
	}

	public function testWhoIsNotAmongTheQuietIsToldWhatThereIs() {
		$this->addresses->remember('http://old:5000');
		$this->isQuiet = true;
		$this->lists['http://old:5000'] = array('status' => 200, 'body' => $this->listOf('another'));
		$this->answers['http://old:5000'] = array('status' => 200, 'body' => self::SNAPSHOT);
		$this->assertSame(self::SNAPSHOT, $this->poll()['body']);
		$this->assertSame(array('/live/quiet', '/live/calls'), array_column($this->asked, 2));
	}

	public function testAPageThatShowsSomethingHearsNothingOfAMomentAgo() {
		$this->addresses->remember('http://old:5000');
		$this->isQuiet = true;
		$this->lists['http://old:5000'] = array('status' => 200, 'body' => $this->listOf($this->token));
		$this->answers['http://old:5000'] = array('status' => 200, 'body' => self::SNAPSHOT);
		$this->poll();
		$this->isQuiet = false;
		$this->assertSame(self::SNAPSHOT, $this->poll()['body']);
	}

	public function testAWrongTokenIsNobodyAndSpoilsNothing() {
		$this->addresses->remember('http://old:5000');
		$this->isQuiet = true;
		$this->lists['http://old:5000'] = array('status' => 401, 'body' => '{"error":"token"}');
		$this->answers['http://old:5000'] = array('status' => 401, 'body' => '');
		$this->assertSame(401, $this->poll()['status']);
		$this->assertFileDoesNotExist($this->folder . '/' . AsteriskConnector_QuietFile::NAME);
	}

	public function testAConnectorWithoutTheListIsNotAskedForItByEveryPoll() {
		$this->addresses->remember('http://old:5000');
		$this->isQuiet = true;
		$this->lists['http://old:5000'] = array('status' => 404, 'body' => '');
		$this->answers['http://old:5000'] = array('status' => 200, 'body' => self::SNAPSHOT);
		$this->assertSame(self::SNAPSHOT, $this->poll()['body']);
		$this->assertSame(self::SNAPSHOT, $this->poll()['body']);
		$this->assertSame(array('/live/quiet', '/live/calls', '/live/calls'), array_column($this->asked, 2));
	}

	/** @dataProvider headers */
	public function testFindsTheTokenWhereAWebServerLeavesIt(array $server, $token) {
		$this->assertSame($token, AsteriskConnector_LivePoll::tokenOf($server));
	}

	public function headers() {
		return array(
			array(array('HTTP_X_ASTERISK_TOKEN' => 'v1.a.b', 'HTTP_AUTHORIZATION' => 'Basic x'), 'v1.a.b'),
			array(array('HTTP_AUTHORIZATION' => 'Bearer v1.a.b'), 'v1.a.b'),
			array(array('REDIRECT_HTTP_AUTHORIZATION' => 'bearer  v1.a.b'), 'v1.a.b'),
			array(array(), ''),
		);
	}

	private function listOf(...$tokens) {
		$digests = array_map(function ($token) {
			return rtrim(strtr(base64_encode(hash('sha256', $token, true)), '+/', '-_'), '=') . "\n";
		}, $tokens);
		return "2026-11-21T14:40:00.123Z\n" . implode('', $digests);
	}

	private function poll($secondsFromNow = 0) {
		$clientAt = function ($address, $bearer) {
			return new PolledConnector(function ($path) use ($address, $bearer) {
				$this->asked[] = array($address, $bearer, $path);
				$answers = $path === '/live/quiet' ? $this->lists : $this->answers;
				return isset($answers[$address]) ? $answers[$address] : null;
			});
		};
		$askGateway = function () {
			$this->databaseAsked++;
			return new AsteriskConnector_Gateway($this->configured, 's', '');
		};
		$quietFile = new AsteriskConnector_QuietFile($this->folder);
		$poll = new AsteriskConnector_LivePoll($this->addresses, $quietFile, $askGateway, $clientAt);
		return $poll->answer($this->token, $this->now + $secondsFromNow, $this->isQuiet);
	}
}

final class PolledConnector {
	private $answer;

	public function __construct(callable $answer) {
		$this->answer = $answer;
	}

	public function get($path) {
		return call_user_func($this->answer, $path);
	}
}
