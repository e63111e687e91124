<?php

/** The module's own tables. Those of the CRM are not touched. */
class AsteriskConnector_Schema {

	const PREFERENCE = 'vtiger_asteriskconnector_preference';

	/** @var PearDatabase */
	private $database;

	public function __construct($database) {
		$this->database = $database;
	}

	public function create() {
		$this->database->pquery(
			'CREATE TABLE IF NOT EXISTS ' . self::PREFERENCE . " (
				userid INT NOT NULL PRIMARY KEY,
				popup VARCHAR(10) NOT NULL DEFAULT 'ring',
				outgoing TINYINT(1) NOT NULL DEFAULT 0,
				sound TINYINT(1) NOT NULL DEFAULT 1
			) ENGINE=InnoDB DEFAULT CHARSET=utf8",
			array()
		);
	}

	public function drop() {
		$this->database->pquery('DROP TABLE IF EXISTS ' . self::PREFERENCE, array());
	}

	/** @return bool */
	public function isThere() {
		return $this->database->num_rows($this->database->pquery('SHOW TABLES LIKE ?', array(self::PREFERENCE))) === 1;
	}
}
