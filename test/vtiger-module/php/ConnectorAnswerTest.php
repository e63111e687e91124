<?php

use PHPUnit\Framework\TestCase;

require_once dirname(__DIR__, 3) . '/vtiger-module/modules/AsteriskConnector/lib/check/ConnectorAnswer.php';

final class ConnectorAnswerTest extends TestCase {

	const REPORT = '{"version":"0.1.0","now":"2026-11-21T15:30:00Z","link":{"up":true}}';

	/** @dataProvider answers */
	public function testSaysWhatIsWrong($isConfigured, $answer, array $expected) {
		$findings = (new AsteriskConnector_ConnectorAnswer($isConfigured, $answer))->findings();
		$this->assertSame($expected, array_map(function ($finding) {
			return $finding->name();
		}, $findings));
	}

	public function answers() {
		$of = function ($status, $body) {
			return array('status' => $status, 'body' => $body);
		};
		return array(
			array(false, null, array('CONNECTION_UNSET')),
			array(true, null, array('CONNECTION_SILENT')),
			array(true, $of(200, self::REPORT), array('CONNECTION_FINE', 'SECRET_FINE')),
			array(true, $of(403, '{"error":"secret","why":"wrong"}'), array('CONNECTION_FINE', 'SECRET_WRONG')),
			array(true, $of(429, '{"error":"locked"}'), array('CONNECTION_FINE', 'SECRET_LOCKED')),
			array(true, $of(503, '{"error":"starting"}'), array('CONNECTION_STARTING')),
			array(true, $of(404, 'Not Found'), array('CONNECTION_STRANGER')),
			array(true, $of(200, '<html>Welcome to nginx'), array('CONNECTION_STRANGER')),
			array(true, $of(200, '{"ok":true}'), array('CONNECTION_STRANGER')),
			array(true, $of(200, '"text"'), array('CONNECTION_STRANGER')),
		);
	}

	public function testOnlyAWholeReportIsOne() {
		$this->assertSame('0.1.0', (new AsteriskConnector_ConnectorAnswer(true, array('status' => 200, 'body' => self::REPORT)))->status()['version']);
		$this->assertNull((new AsteriskConnector_ConnectorAnswer(true, array('status' => 500, 'body' => self::REPORT)))->status());
		$this->assertNull((new AsteriskConnector_ConnectorAnswer(true, array('status' => 200, 'body' => '[]')))->status());
	}
}
