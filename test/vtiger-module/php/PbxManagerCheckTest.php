<?php

use PHPUnit\Framework\TestCase;

require_once dirname(__DIR__, 3) . '/vtiger-module/modules/AsteriskConnector/lib/check/PbxManagerCheck.php';

final class PbxManagerCheckTest extends TestCase {

	const SOURCE = '<?php
		class A_Record_Model extends B_Record_Model {
			// Old_Thing_Model::gone();
			const TEXT = "Quoted_Thing_Model::x()";
			function save() {
				$api = News_API_Model :: getInstance();
				Known_Module_Model::getInstance("x");
				self::x(); parent::save(); PearDatabase::getInstance(); $this->model::y();
				News_API_Model::getInstance();
			}
		}';

	public function testFindsTheClassesThatAreCalled() {
		$this->assertSame(array('News_API_Model', 'Known_Module_Model'), AsteriskConnector_PbxManagerCheck::called(self::SOURCE));
	}

	public function testNamesTheMissingOnes() {
		$finding = AsteriskConnector_PbxManagerCheck::finding(self::SOURCE, function ($class) {
			return $class === 'Known_Module_Model';
		});
		$this->assertSame('PBXMANAGER_MISSING_CLASS', $finding->name());
		$this->assertSame('News_API_Model', $finding->told(function () {
			return '%s';
		})['text']);
	}

	public function testACompleteOneIsFine() {
		$known = function () {
			return true;
		};
		$this->assertSame('PBXMANAGER_FINE', AsteriskConnector_PbxManagerCheck::finding(self::SOURCE, $known)->name());
		$this->assertSame('PBXMANAGER_FINE', AsteriskConnector_PbxManagerCheck::finding('', $known)->name());
	}
}
