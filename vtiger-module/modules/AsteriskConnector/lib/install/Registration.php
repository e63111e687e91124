<?php

require_once __DIR__ . '/PageLinks.php';
require_once __DIR__ . '/RecordingField.php';
require_once __DIR__ . '/Schema.php';
require_once __DIR__ . '/SettingsMenu.php';

/** What the module writes into the CRM's database, and takes out again. Every step may be repeated. */
class AsteriskConnector_Registration {

	/** @var AsteriskConnector_Schema */
	private $schema;
	/** @var AsteriskConnector_PageLinks */
	private $links;
	/** @var AsteriskConnector_SettingsMenu */
	private $menu;
	/** @var AsteriskConnector_RecordingField */
	private $recording;
	/** @var PearDatabase */
	private $database;

	/**
	 * @param PearDatabase $database
	 * @param string $crm the CRM's folder
	 */
	public function __construct($database, $crm) {
		$this->database = $database;
		$this->schema = new AsteriskConnector_Schema($database);
		$this->links = new AsteriskConnector_PageLinks($database, $crm);
		$this->menu = new AsteriskConnector_SettingsMenu($database);
		$this->recording = new AsteriskConnector_RecordingField($database, $crm);
	}

	public function enter() {
		$this->schema->create();
		$this->links->add();
		$this->menu->add();
		$this->recording->replace();
	}

	/** A module that is switched off keeps what its users have chosen. */
	public function hide() {
		$this->links->remove();
		$this->menu->remove();
		$this->recording->restore();
	}

	public function leave() {
		$this->hide();
		$this->schema->drop();
		// The rest of vtiger_tab's children go by the CRM's own delete; this one only where it has a foreign key.
		$this->database->pquery(
			'DELETE FROM vtiger_tab_info WHERE tabid=(SELECT tabid FROM vtiger_tab WHERE name=?)',
			array('AsteriskConnector')
		);
	}

	/** @return string[] what of it is missing, in words: vTiger's database class is silent about a statement that fails */
	public function missing() {
		$faults = array(
			'the table of the users\' preferences' => $this->schema->isThere(),
			'the links by which pages load our script and style' => $this->links->areThere(),
			'the entry under Settings' => $this->menu->isThere(),
		);
		return array_keys(array_filter($faults, function ($isThere) {
			return !$isThere;
		}));
	}
}
