<?php

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/TemporaryFolder.php';
require_once dirname(__DIR__, 3) . '/vtiger-module/installer/Installer.php';
require_once dirname(__DIR__, 3) . '/vtiger-module/modules/AsteriskConnector/lib/install/FilesBeside.php';
require_once dirname(__DIR__, 3) . '/vtiger-module/modules/AsteriskConnector/lib/install/IdSequence.php';
require_once dirname(__DIR__, 3) . '/vtiger-module/modules/AsteriskConnector/lib/install/Leftovers.php';
require_once dirname(__DIR__, 3) . '/vtiger-module/modules/AsteriskConnector/lib/install/OwnFiles.php';

final class InstallFilesTest extends TestCase {

	const OF_THE_CRM = array(
		'index.php' => 'crm',
		'modules/PBXManager/PBXManager.php' => 'crm',
		'languages/en_us/PBXManager.php' => 'crm',
		'layouts/v7/modules/Settings/Vtiger/Index.tpl' => 'crm',
	);
	const OURS = array(
		'modules/AsteriskConnector/AsteriskConnector.php' => 'ours',
		'modules/AsteriskConnector/lib/Old.php' => 'ours',
		'modules/Settings/AsteriskConnector/views/Index.php' => 'ours',
		'layouts/v7/modules/AsteriskConnector/resources/AsteriskConnector.js' => 'ours',
		'layouts/v7/modules/Settings/AsteriskConnector/Index.tpl' => 'ours',
		'languages/en_us/AsteriskConnector.php' => 'ours',
		'languages/ru_ru/Settings/AsteriskConnector.php' => 'ours',
	);

	/** @var TemporaryFolder */
	private $crm;

	protected function setUp(): void {
		$this->crm = new TemporaryFolder(self::OF_THE_CRM);
	}

	protected function tearDown(): void {
		$this->crm->remove();
	}

	public function testAllOfOursGoesAndNothingElse() {
		$before = $this->crm->names();
		foreach (self::OURS as $name => $content) {
			$this->crm->write($name, $content);
		}
		(new AsteriskConnector_OwnFiles($this->crm->path))->removeAll();
		$this->assertSame($before, $this->crm->names());
	}

	public function testAnUpdateRemovesWhatItsListDoesNotName() {
		$list = array_diff(array_merge(array_keys(self::OURS), array(AsteriskConnector_OwnFiles::LIST_OF_VERSION)), array('modules/AsteriskConnector/lib/Old.php'));
		foreach (self::OURS + array(AsteriskConnector_OwnFiles::LIST_OF_VERSION => AsteriskConnector_OwnFiles::GUARD . implode("\n", $list) . "\n") as $name => $content) {
			$this->crm->write($name, $content);
		}
		(new AsteriskConnector_OwnFiles($this->crm->path))->removeOlder();
		$left = (new AsteriskConnector_OwnFiles($this->crm->path))->present();
		sort($left);
		sort($list);
		$this->assertSame($list, $left);
		$this->assertDirectoryDoesNotExist($this->crm->path . '/modules/AsteriskConnector/lib');
	}

	public function testWithoutAListNothingIsOld() {
		foreach (self::OURS as $name => $content) {
			$this->crm->write($name, $content);
		}
		(new AsteriskConnector_OwnFiles($this->crm->path))->removeOlder();
		$this->assertCount(count(self::OURS), (new AsteriskConnector_OwnFiles($this->crm->path))->present());
	}

	public function testFilesBesidePBXManagersComeAndGo() {
		$before = $this->crm->names();
		$files = new AsteriskConnector_FilesBeside($this->crm->path);
		$this->assertTrue($files->place());
		$this->assertTrue($files->place());
		$this->assertFileExists($this->crm->path . '/modules/PBXManager/uitypes/Asteriskrecording.php');
		$files->remove();
		$files->remove();
		$this->assertSame($before, $this->crm->names());
	}

	public function testWhatIsNoPhpIsPlacedWithoutTheLineThatHidesIt() {
		(new AsteriskConnector_FilesBeside($this->crm->path))->place();
		$this->assertStringStartsWith('{* ', file_get_contents($this->crm->path . '/layouts/v7/modules/PBXManager/ListViewContents.tpl'));
	}

	public function testAWebServerShowsNothingOfTheModulesFolder() {
		$files = (new AsteriskConnector_SourceTree(dirname(__DIR__, 3) . '/vtiger-module'))->files();
		$inModules = array_filter(array_keys($files), function ($name) {
			return strncmp($name, 'modules/', 8) === 0;
		});
		$this->assertContains(AsteriskConnector_OwnFiles::LIST_OF_VERSION, $inModules);
		foreach ($inModules as $name) {
			$this->assertStringEndsWith('.php', $name);
			$this->assertStringStartsWith('<?php', $files[$name], $name);
		}
	}

	public function testAFileOfSomebodyElseStays() {
		$this->crm->write('layouts/v7/modules/PBXManager/ListViewContents.tpl', 'theirs');
		$files = new AsteriskConnector_FilesBeside($this->crm->path);
		$this->assertFalse($files->place());
		$files->remove();
		$this->assertSame('theirs', file_get_contents($this->crm->path . '/layouts/v7/modules/PBXManager/ListViewContents.tpl'));
	}

	/** @dataProvider counters */
	public function testIdsThatAreGivenBackAreCountedBack($last, array $ours, $expected) {
		$this->assertSame($expected, AsteriskConnector_IdSequence::before($last, $ours));
	}

	public function counters() {
		return array(array(144, array(143, 144), 142), array(150, array(143, 144), 150), array(144, array(144, 140), 143), array(5, array(), 5));
	}

	/** @dataProvider privileges */
	public function testAPrivilegeFileThatNamesTheModule($tab, $text, $expected) {
		$this->assertSame($expected, AsteriskConnector_Leftovers::names($tab, $text));
	}

	public function privileges() {
		$text = "\$profileTabsPermission=array('1'=>0,'62'=>0,'28'=>0,);\n\n\$profileActionPermission=array(50=>array(0=>0,),);";
		$unquoted = "\$profileTabsPermission = array(1=>0,62=>1,);";
		return array(array(62, $text, true), array(6, $text, false), array(2, $text, false), array(50, $text, false), array(62, $unquoted, true),
			array(62, '', false));
	}
}
