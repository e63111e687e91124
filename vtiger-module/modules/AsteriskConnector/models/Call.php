<?php
/**
 * The CRM's records of one call. SalesPlatform keeps one for each user that it rang under the same callUUID; vTiger keeps one, which
 * has no user until somebody answers.
 */
class AsteriskConnector_Call_Model {
	const MAXIMUM_ID_LENGTH = 100;

	private $id;
	private $rows;

	private function __construct($id, array $rows) {
		$this->id = $id;
		$this->rows = $rows;
	}

	/** @param string $id the callUUID */
	public static function find($id) {
		$rows = array();
		if ($id !== '' && strlen($id) <= self::MAXIMUM_ID_LENGTH) {
			$database = PearDatabase::getInstance();
			$result = $database->pquery(
				'SELECT p.pbxmanagerid, p.user, p.customer FROM vtiger_pbxmanager p
					INNER JOIN vtiger_crmentity e ON e.crmid = p.pbxmanagerid AND e.deleted = 0
					WHERE p.sourceuuid = ? ORDER BY p.pbxmanagerid',
				array($id)
			);
			while ($result && ($row = $database->fetchByAssoc($result, -1, false))) {
				$rows[] = $row;
			}
		}
		return new self($id, $rows);
	}

	/**
	 * The part of it that is a user's own.
	 *
	 * @param callable $isHis tells whether the connector counts the call (by its id) among the user's; asked only about records
	 *   that belong to nobody yet
	 */
	public function ofUser($userId, callable $isHis) {
		$his = $this->where(function ($row) use ($userId) {
			return (int) $row['user'] === $userId;
		});
		if ($his->exists() || !$this->exists()) {
			return $his;
		}
		$nobodys = $this->where(function ($row) {
			return (int) $row['user'] === 0;
		});
		return $nobodys->exists() && $isHis($this->id) ? $nobodys : $his;
	}

	public function exists() {
		return $this->rows !== array();
	}

	/** @return int 0: nobody */
	public function customer() {
		return $this->exists() ? (int) $this->rows[0]['customer'] : 0;
	}

	/** The two columns are all that makes a customer's list of calls, in either CRM. */
	public function attach($module, $customer) {
		$records = array_map(function ($row) {
			return (int) $row['pbxmanagerid'];
		}, $this->rows);
		if ($records === array()) {
			return false;
		}
		$result = PearDatabase::getInstance()->pquery(
			'UPDATE vtiger_pbxmanager SET customer = ?, customertype = ? WHERE pbxmanagerid IN (' . generateQuestionMarks($records) . ')',
			array_merge(array((int) $customer, $module), $records)
		);
		return (bool) $result;
	}

	private function where(callable $isWanted) {
		return new self($this->id, array_values(array_filter($this->rows, $isWanted)));
	}
}
