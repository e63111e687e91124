<?php
/**
 * A user's telephone, as far as the CRM's word for it can be taken: "CRM Phone Extension" is a field of his own preferences, and no
 * profile of the CRM keeps him from typing a colleague's number into it (SalesPlatform 7.2, vTiger 8.0).
 */
class AsteriskConnector_Extension_Model {
	private $number;
	private $userId;
	private $isShared;

	public function __construct($number, $userId) {
		$this->number = trim((string) $number);
		$this->userId = (int) $userId;
	}

	public function number() {
		return $this->number;
	}

	/** Whether another active user has it too: then it is not told whose calls these are, and nobody is shown them. */
	public function isShared() {
		if ($this->isShared === null) {
			$this->isShared = AsteriskConnector_Number::isExtension($this->number) && $this->others() > 0;
		}
		return $this->isShared;
	}

	/** Whether the user's calls are told by it. */
	public function isOwn() {
		return AsteriskConnector_Number::isExtension($this->number) && !$this->isShared();
	}

	/** What cannot be counted is taken for shared. */
	private function others() {
		$database = PearDatabase::getInstance();
		$result = $database->pquery(
			"SELECT COUNT(*) AS others FROM vtiger_users
				WHERE TRIM(phone_crm_extension) = ? AND id <> ? AND deleted = 0 AND status = 'Active'",
			array($this->number, $this->userId)
		);
		$row = $result ? $database->fetchByAssoc($result, -1, false) : null;
		return $row ? (int) $row['others'] : 1;
	}
}
