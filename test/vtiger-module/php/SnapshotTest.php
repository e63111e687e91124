<?php

use PHPUnit\Framework\TestCase;

final class SnapshotTest extends TestCase {
	const BODY = '{"extension":"101","calls":[{"id":"1.2-101"}],"ended":[{"id":"1.1-101"}],"clicks":[{"id":"c2c-1","callId":"1.3"}]}';

	public function testHoldsTheUsersCallsAndThoseThatJustEnded() {
		$snapshot = new AsteriskConnector_Snapshot(array('status' => 200, 'body' => self::BODY));
		$this->assertTrue($snapshot->holds('1.2-101'));
		$this->assertTrue($snapshot->holds('1.1-101'));
		$this->assertFalse($snapshot->holds('c2c-1'));
		$this->assertFalse($snapshot->holds(''));
		$this->assertFalse($snapshot->holds('1.2'));
	}

	/** @dataProvider others */
	public function testHoldsNothingOtherwise($answer) {
		$this->assertFalse((new AsteriskConnector_Snapshot($answer))->holds('1.2-101'));
	}

	public function others() {
		return array(
			array(null), array(array('status' => 401, 'body' => self::BODY)), array(array('status' => 200, 'body' => '')),
			array(array('status' => 200, 'body' => '{"calls":"1.2-101"}')), array(array('status' => 200, 'body' => '{"calls":["1.2-101",{"id":["1.2-101"]}]}')),
		);
	}
}
