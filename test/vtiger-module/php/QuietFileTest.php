<?php

use PHPUnit\Framework\TestCase;

final class QuietFileTest extends TestCase {
	private $folder;
	private $file;

	protected function setUp(): void {
		$this->folder = sys_get_temp_dir() . '/quiet-' . bin2hex(random_bytes(6));
		mkdir($this->folder);
		$this->file = new AsteriskConnector_QuietFile($this->folder);
	}

	protected function tearDown(): void {
		array_map('unlink', glob($this->folder . '/*'));
		rmdir($this->folder);
	}

	public function testIsFreshForATenthOfASecondFromBeforeTheQuestion() {
		$this->assertNull($this->file->read(1000.0));
		$this->file->write(1000.05, "list\n");
		$this->assertSame("list\n", $this->file->read(1000.051));
		$this->assertSame("list\n", $this->file->read(1000.14));
		$this->assertNull($this->file->read(1000.16));
		$this->assertNull($this->file->read(1000.0), 'a clock that was set back makes nothing last');
	}

	/** @dataProvider brokenTexts */
	public function testWhatIsNoListIsNone($text) {
		file_put_contents($this->folder . '/' . AsteriskConnector_QuietFile::NAME, $text);
		$this->assertNull($this->file->read(1000.0));
	}

	public function brokenTexts() {
		return array(array(''), array('1000.0'), array("x\nlist"), array("\n"));
	}

	public function testAFolderThatCannotBeWrittenIsNoFault() {
		$file = new AsteriskConnector_QuietFile($this->folder . '/none');
		$file->write(1000.0, 'list');
		$this->assertNull($file->read(1000.0));
	}

	/** @dataProvider strangeLists */
	public function testNothingIsMadeOfAnotherAnswer($list) {
		$token = AsteriskConnector_Token::sign('101', 5, 's', 2000000000);
		$this->assertNull(AsteriskConnector_QuietFile::snapshotFor($token, $list));
	}

	public function strangeLists() {
		$token = AsteriskConnector_Token::sign('101', 5, 's', 2000000000);
		$digest = rtrim(strtr(base64_encode(hash('sha256', $token, true)), '+/', '-_'), '=');
		return array(
			array(''), array("<html>\n$digest\n"), array("2026-11-21T14:40:00.123Z\n"), array("2026-11-21T14:40:00.123Z\n$digest"),
			array("2026-11-21T14:40:00.123Z\nx$digest\n"), array("2026-11-21T14:40:00.123Z\n" . $digest . "x\n"),
		);
	}
}
