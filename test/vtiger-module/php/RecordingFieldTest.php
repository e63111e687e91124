<?php

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/TemporaryFolder.php';
require_once dirname(__DIR__, 3) . '/vtiger-module/modules/AsteriskConnector/lib/install/RecordingField.php';

final class RecordingFieldTest extends TestCase {
	/** @var TemporaryFolder */
	private $crm;

	protected function setUp(): void {
		Crm::begin();
		$this->crm = new TemporaryFolder(array('modules/PBXManager/PBXManager.php' => 'crm'));
		PearDatabase::$answers = array('INSERT INTO' => array(), 'UPDATE vtiger_field' => array(), 'DELETE FROM' => array());
	}

	protected function tearDown(): void {
		$this->crm->remove();
	}

	/** @dataProvider types */
	public function testTheFieldHasOurTypeUnlessItsNumberIsAnothers(array $known, array $named, $changed) {
		PearDatabase::$answers['SELECT fieldtype FROM vtiger_ws_fieldtype'] = $known;
		$this->field()->replace();
		$this->assertSame($named, PearDatabase::parametersOf('INSERT INTO vtiger_ws_fieldtype'));
		$this->assertCount($changed, PearDatabase::parametersOf('UPDATE vtiger_field'));
	}

	public function types() {
		return array(
			'new' => array(array(), array(array(5038, 'asteriskrecording')), 1),
			'ours already' => array(array(array('fieldtype' => 'asteriskrecording')), array(), 1),
			'of another module' => array(array(array('fieldtype' => 'theirs')), array(), 0),
		);
	}

	public function testOnlyOurTypeIsTakenAway() {
		$this->field()->restore();
		$this->assertSame(array(array(5038, 'asteriskrecording')), PearDatabase::parametersOf('DELETE FROM vtiger_ws_fieldtype WHERE uitype=? AND fieldtype=?'));
		$this->assertCount(1, PearDatabase::parametersOf('DELETE FROM'));
	}

	private function field() {
		return new AsteriskConnector_RecordingField(PearDatabase::getInstance(), $this->crm->path);
	}
}
