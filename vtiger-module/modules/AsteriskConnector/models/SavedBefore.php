<?php
/** Keeps a customer from being made twice of one number, by a second press or by two agents whose phones rang. */
class AsteriskConnector_SavedBefore_Model {
	/** A customer with this very number that is no older was made of this call, or of one like it. */
	const RECENT_SECONDS = 3600;
	const WAIT_SECONDS = 10;

	private $number;

	public function __construct($number) {
		$this->number = AsteriskConnector_Number::digits($number);
	}

	/** Runs it while nobody else saves a customer with this number. The lock is the database's: there may be several web servers. */
	public function alone(callable $save) {
		$database = PearDatabase::getInstance();
		$name = 'asteriskconnector-' . md5($database->dbName . ' ' . $this->number);
		$database->pquery('SELECT GET_LOCK(?, ?)', array($name, self::WAIT_SECONDS));
		try {
			return $save();
		} finally {
			// vTiger may keep its connection for the next request, and the lock with it.
			$database->pquery('SELECT RELEASE_LOCK(?)', array($name));
		}
	}

	/** @return int|null the latest */
	public function record() {
		$database = PearDatabase::getInstance();
		$since = date('Y-m-d H:i:s', time() - self::RECENT_SECONDS);
		$result = $database->pquery(
			'SELECT l.crmid FROM vtiger_pbxmanager_phonelookup l
				INNER JOIN vtiger_crmentity e ON e.crmid = l.crmid AND e.deleted = 0
				WHERE l.fnumber = ? AND e.createdtime >= ? ORDER BY l.crmid DESC LIMIT 1',
			array($this->number, $since)
		);
		$row = $result && $database->num_rows($result) > 0 ? $database->fetchByAssoc($result, -1, false) : null;
		return $row === null ? null : (int) $row['crmid'];
	}
}
