<?php

use PHPUnit\Framework\TestCase;

final class AddressFileTest extends TestCase {
	private $folder;
	private $file;

	protected function setUp(): void {
		$this->folder = sys_get_temp_dir() . '/address-file-' . bin2hex(random_bytes(6));
		mkdir($this->folder);
		$this->file = new AsteriskConnector_AddressFile($this->folder);
	}

	protected function tearDown(): void {
		array_map('unlink', glob($this->folder . '/*'));
		rmdir($this->folder);
	}

	public function testKnowsNothingAtFirst() {
		$this->assertSame('', $this->file->address());
		$this->assertFalse($this->file->isAway(time()));
	}

	public function testRemembersTheLatest() {
		$this->file->remember('http://127.0.0.1:5000');
		$this->file->remember("http://127.0.0.1:5001/it's");
		$this->assertSame("http://127.0.0.1:5001/it's", $this->file->address());
	}

	public function testShowsABrowserNothing() {
		$this->file->remember('http://127.0.0.1:5000');
		ob_start();
		include $this->folder . '/' . AsteriskConnector_AddressFile::ADDRESS;
		$this->assertSame('', ob_get_clean());
		$this->assertStringStartsWith('<?php return', file_get_contents($this->folder . '/' . AsteriskConnector_AddressFile::ADDRESS));
	}

	public function testWhatCannotBePutInItsPlaceIsNotLeftBeside() {
		$place = $this->folder . '/' . AsteriskConnector_AddressFile::ADDRESS;
		mkdir($place);
		$this->file->remember('http://127.0.0.1:5000');
		$this->assertSame(array($place), glob($this->folder . '/*'));
		rmdir($place);
	}

	public function testAConnectorThatWasAwayIsTriedByOneAtATime() {
		$this->file->setAway(true);
		$now = time();
		$this->assertTrue($this->file->isAway($now));
		$later = $now + AsteriskConnector_AddressFile::AWAY_SECONDS;
		touch($this->folder . '/' . AsteriskConnector_AddressFile::AWAY, $now - AsteriskConnector_AddressFile::AWAY_SECONDS);
		$this->assertFalse($this->file->isAway($now), 'the one who tries');
		$this->assertTrue($this->file->isAway($now), 'all others meanwhile');
		$this->assertFalse($this->file->isAway($later + 1));
		$this->file->setAway(false);
		$this->assertFalse($this->file->isAway($now));
	}

	public function testAFolderThatMayNotBeWrittenIsDoneWithout() {
		$file = new AsteriskConnector_AddressFile($this->folder . '/none');
		$file->remember('http://127.0.0.1:5000');
		$file->setAway(true);
		$this->assertSame('', $file->address());
		$this->assertFalse($file->isAway(time()));
	}
}
