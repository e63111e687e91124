<?php
/** Whose number it is, by the CRM's own look-up. */
class AsteriskConnector_Lookup_Model {
	/** Shorter ones would find whatever begins or ends with them (vTiger compares so). */
	const SHORTEST = 5;
	/** Enough to say "and others". */
	const MOST = 20;
	/** As many digits as the CRMs tell customers by, whatever the way of writing a number. */
	const TELLING_DIGITS = 10;

	/**
	 * @param string $number cleaned: the CRM's look-up puts it into its SQL as it is
	 * @param int $userId whose customers SalesPlatform prefers
	 * @return int[] records, the one that the CRM itself takes first, whether or not the user may see them
	 */
	public static function records($number, $userId) {
		$digits = AsteriskConnector_Number::digits($number);
		if ($digits === '') {
			return array();
		}
		$records = strlen($digits) < self::SHORTEST ? array() : array(self::byCrm($number, $userId));
		return array_values(array_unique(array_filter(array_merge($records, self::all($digits)))));
	}

	/** Both take the number; SalesPlatform's also the user. vTiger's own finds deleted records as well, without a name. */
	private static function byCrm($number, $userId) {
		$found = (new PBXManager_Record_Model())->lookUpRelatedWithNumber($number, $userId);
		return is_array($found) && !empty($found['id']) ? (int) $found['id'] : 0;
	}

	private static function all($digits) {
		$isLong = strlen($digits) >= self::TELLING_DIGITS;
		$end = $isLong ? substr($digits, -self::TELLING_DIGITS) : $digits;
		$database = PearDatabase::getInstance();
		$result = $database->pquery(
			'SELECT DISTINCT l.crmid FROM vtiger_pbxmanager_phonelookup l
				INNER JOIN vtiger_crmentity e ON e.crmid = l.crmid AND e.deleted = 0
				WHERE ' . ($isLong ? 'l.rnumber LIKE ?' : 'l.fnumber = ?') . ' ORDER BY l.crmid LIMIT ' . self::MOST,
			array($isLong ? strrev($end) . '%' : $end)
		);
		$records = array();
		while ($result && ($row = $database->fetchByAssoc($result, -1, false))) {
			$records[] = (int) $row['crmid'];
		}
		return $records;
	}
}
