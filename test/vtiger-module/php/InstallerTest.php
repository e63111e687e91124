<?php

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/TemporaryFolder.php';
require_once dirname(__DIR__, 3) . '/vtiger-module/installer/Installer.php';

final class InstallerTest extends TestCase {

	const MARKS = array(
		'vtlib/Vtiger/Module.php' => '',
		'includes/main/WebUI.php' => '',
		'layouts/v7/x' => '',
		'modules/PBXManager/PBXManager.php' => '',
	);

	/** @var TemporaryFolder */
	private $crm;

	protected function setUp(): void {
		$this->crm = new TemporaryFolder(self::MARKS);
		$this->crm->write('vtigerversion.php', "<?php\n\$vtiger_current_version = '7.2.0-202008';\n");
		$this->crm->write('config.inc.php', "<?php\n\$dbconfig['db_type'] = 'mysqli';\n\$root_directory = '{$this->crm->path}/';\n");
	}

	protected function tearDown(): void {
		$this->crm->remove();
	}

	private function refusalOf(array $words) {
		try {
			(new AsteriskConnector_Installer(dirname(__DIR__, 3) . '/vtiger-module', array_merge(array('install.php'), $words)))->prepare();
		} catch (AsteriskConnector_Refusal $refusal) {
			return $refusal->getCode() . ' ' . strtok($refusal->getMessage(), "\n");
		}
		return 'none';
	}

	public function testACrmIsTaken() {
		$this->assertSame('none', $this->refusalOf(array($this->crm->path)));
		$this->assertSame('none', $this->refusalOf(array('--uninstall', $this->crm->path, '--dry-run')));
	}

	/** @dataProvider wrongArguments */
	public function testWrongArguments(array $words, $expected) {
		$this->assertSame($expected, $this->refusalOf($words));
	}

	public function wrongArguments() {
		return array(
			array(array(), '2 The path of the CRM is missing.'),
			array(array('--chek', '/x'), '2 Unknown option --chek.'),
			array(array('/x', '/y'), '2 Two paths: /x and /y.'),
			array(array('--check', '--uninstall', '/x'), '2 --check and --uninstall exclude each other.'),
			array(array('/nowhere/at/all'), '3 /nowhere/at/all is not a folder.'),
		);
	}

	/** @dataProvider versions */
	public function testVersions($version, $isTaken) {
		$this->crm->write('vtigerversion.php', "<?php\n\$vtiger_current_version = '$version';\n");
		$expected = $isTaken ? 'none' : "3 {$this->crm->path} is vTiger $version. The module is for 7.1 to 8.x, and for SalesPlatform 7.1 to 7.2.";
		$this->assertSame($expected, $this->refusalOf(array($this->crm->path)));
	}

	public function versions() {
		return array(array('7.0.1', false), array('7.1.0', true), array('7.1.0-201812', true), array('7.5.0', true), array('8.4.0', true), array('9.0.0', false), array('6.5.0', false));
	}

	public function testWhatIsNoCrm() {
		unlink($this->crm->path . '/vtlib/Vtiger/Module.php');
		$this->assertStringStartsWith('3 ' . $this->crm->path . ' is not a vTiger CRM', $this->refusalOf(array($this->crm->path)));
	}

	public function testACrmBeforeItsWizard() {
		$this->crm->write('config.inc.php', "<?php\n\$dbconfig['db_type'] = '_DBC_TYPE_';\n");
		$this->assertStringContainsString('is not installed yet', $this->refusalOf(array($this->crm->path)));
	}

	public function testACrmThatBelievesToBeElsewhere() {
		$this->crm->write('config.inc.php', "<?php\n\$dbconfig['db_type'] = 'mysqli';\n\$root_directory = '/somewhere/else/';\n");
		$this->assertStringContainsString("says \$root_directory = '/somewhere/else/'", $this->refusalOf(array($this->crm->path)));
	}

	public function testAnotherModuleOfTheSameName() {
		$this->crm->write('modules/AsteriskConnector/AsteriskConnector.php', '<?php class AsteriskConnector {}');
		$this->assertStringStartsWith('3 The CRM has another module of the name AsteriskConnector', $this->refusalOf(array($this->crm->path)));
	}

	public function testPlacingChangesNothingOfTheCrmAndCanBeRepeated() {
		$before = $this->crm->names();
		$placing = new AsteriskConnector_Placing($this->crm->path, new AsteriskConnector_SourceTree(dirname(__DIR__, 3) . '/vtiger-module'));
		$this->assertNotSame(array(), $placing->changes());
		$placing->place();
		$this->assertSame(array(), $placing->changes());
		$this->crm->write('modules/AsteriskConnector/Old.php', '');
		$this->crm->write('modules/AsteriskConnector/poll.php', 'changed');
		$this->assertSame(array('replace modules/AsteriskConnector/poll.php', 'remove modules/AsteriskConnector/Old.php'), $placing->changes());
		$placing->removeAll();
		$this->assertSame($before, $this->crm->names());
	}
}
