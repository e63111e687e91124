<?php

require_once __DIR__ . '/FilesBeside.php';

/**
 * Gives PBXManager's field "Recording URL" a type of ours, so that no page of the CRM holds the connector's address or an
 * <audio> that loads by itself (SalesPlatform 7.2 has one in each row of its lists, and browsers fetch them all in full).
 * vTiger finds the class of a type by the type's name in vtiger_ws_fieldtype, and looks for it in the field's module.
 */
class AsteriskConnector_RecordingField {

	const UITYPE = 5038;
	/** What the field has in every PBXManager that has been seen: a URL. */
	const STOCK_UITYPE = 17;
	const TYPE = 'asteriskrecording';

	/** @var PearDatabase */
	private $database;
	/** @var AsteriskConnector_FilesBeside */
	private $files;

	/**
	 * @param PearDatabase $database
	 * @param string $crm the CRM's folder
	 */
	public function __construct($database, $crm) {
		$this->database = $database;
		$this->files = new AsteriskConnector_FilesBeside($crm);
	}

	/**
	 * Without its class vTiger would show the address as text, so the type is given only when the files are there, and the number
	 * is not another module's. Where it is not given the settings page says so.
	 */
	public function replace() {
		if ($this->files->place() && $this->nameType()) {
			$this->change(self::STOCK_UITYPE, self::UITYPE);
		}
	}

	public function restore() {
		$this->change(self::UITYPE, self::STOCK_UITYPE);
		$this->database->pquery('DELETE FROM vtiger_ws_fieldtype WHERE uitype=? AND fieldtype=?', array(self::UITYPE, self::TYPE));
		$this->files->remove();
	}

	/** @return bool whether the number stands for our type now; vTiger allows one type to a number */
	private function nameType() {
		$known = $this->database->pquery('SELECT fieldtype FROM vtiger_ws_fieldtype WHERE uitype=?', array(self::UITYPE));
		if ($this->database->num_rows($known) > 0) {
			return $this->database->query_result($known, 0, 'fieldtype') === self::TYPE;
		}
		$this->database->pquery('INSERT INTO vtiger_ws_fieldtype (uitype, fieldtype) VALUES (?,?)', array(self::UITYPE, self::TYPE));
		return true;
	}

	private function change($from, $to) {
		$this->database->pquery(
			'UPDATE vtiger_field SET uitype=? WHERE uitype=? AND fieldname=? AND tabid=(SELECT tabid FROM vtiger_tab WHERE name=?)',
			array($to, $from, 'recordingurl', 'PBXManager')
		);
	}
}
