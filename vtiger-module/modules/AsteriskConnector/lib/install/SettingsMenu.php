<?php

require_once __DIR__ . '/IdSequence.php';

/** The entry under Settings, beside PBXManager's. */
class AsteriskConnector_SettingsMenu {

	/** Shown as it stands: other settings pages translate it with their own language files, which do not know it. */
	const NAME = 'Asterisk Connector';
	const URL = 'index.php?module=AsteriskConnector&parent=Settings&view=Index';
	/** The first of these that the CRM has. Administrators may have removed one. */
	const BLOCKS = array('LBL_INTEGRATION', 'LBL_EXTENSIONS', 'LBL_OTHER_SETTINGS');

	/** @var PearDatabase */
	private $database;
	/** @var AsteriskConnector_IdSequence */
	private $ids;

	/** @param PearDatabase $database */
	public function __construct($database) {
		$this->database = $database;
		$this->ids = new AsteriskConnector_IdSequence($database, 'vtiger_settings_field');
	}

	public function add() {
		$this->remove();
		$block = $this->block();
		if ($block === null) {
			return;
		}
		$this->database->pquery(
			'INSERT INTO vtiger_settings_field (fieldid, blockid, name, iconpath, description, linkto, sequence, active, pinned)
			VALUES (?,?,?,?,?,?,?,?,?)',
			array($this->ids->next(), $block, self::NAME, '', 'Asterisk Connector', self::URL, $this->lastOf($block) + 1, 0, 0)
		);
	}

	/** @return bool true also where the CRM has none of the blocks: then there is nothing to stand in */
	public function isThere() {
		return count($this->present()) === 1 || $this->block() === null;
	}

	/** @return int[] */
	private function present() {
		$result = $this->database->pquery('SELECT fieldid FROM vtiger_settings_field WHERE linkto=?', array(self::URL));
		$ids = array();
		for ($row = 0; $row < $this->database->num_rows($result); $row++) {
			$ids[] = (int) $this->database->query_result($result, $row, 'fieldid');
		}
		return $ids;
	}

	public function remove() {
		$ids = $this->present();
		$this->database->pquery('DELETE FROM vtiger_settings_field WHERE linkto=?', array(self::URL));
		$this->ids->giveBack($ids);
	}

	/** @return int|null */
	private function block() {
		foreach (self::BLOCKS as $label) {
			$result = $this->database->pquery('SELECT blockid FROM vtiger_settings_blocks WHERE label=?', array($label));
			if ($this->database->num_rows($result) > 0) {
				return (int) $this->database->query_result($result, 0, 'blockid');
			}
		}
		return null;
	}

	/** @return int */
	private function lastOf($block) {
		$result = $this->database->pquery('SELECT MAX(sequence) AS last FROM vtiger_settings_field WHERE blockid=?', array($block));
		return (int) $this->database->query_result($result, 0, 'last');
	}
}
