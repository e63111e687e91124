<?php
/** The recording of one call record, as far as the current user may hear it. */
class AsteriskConnector_Recording_Model {
	/** A recording is linked some seconds after its call; a long one on a slow disk later. */
	const AWAITED_SECONDS = 60;

	private $link;

	private function __construct($link) {
		$this->link = $link;
	}

	/** @return AsteriskConnector_Recording_Model|string why not: forbidden, missing or not-ready */
	public static function forCurrentUser($record) {
		if (!ctype_digit($record)) {
			return 'missing';
		}
		$row = self::row($record);
		if ($row === null) {
			return 'missing';
		}
		if (!self::mayHear($record)) {
			return 'forbidden';
		}
		if ((string) $row['recordingurl'] === '') {
			return self::isAwaited($row) ? 'not-ready' : 'missing';
		}
		return new self($row['recordingurl']);
	}

	/**
	 * Whether he may keep it: by the right to export PBXManager, as that is what the CRM has for taking records out of it. Where no
	 * profile says anything of it (as installed) every user of the module may.
	 */
	public static function mayDownload() {
		return Users_Privileges_Model::isPermitted('PBXManager', 'Export');
	}

	/**
	 * Who sees the record may hear it, unless his profile hides the field with the link: both as on the record's own page.
	 * getFieldVisibilityPermission() answers '0' for what is visible.
	 */
	private static function mayHear($record) {
		$userId = Users_Record_Model::getCurrentUserModel()->getId();
		return Users_Privileges_Model::isPermitted('PBXManager', 'DetailView', $record)
			&& (string) getFieldVisibilityPermission('PBXManager', $userId, 'recordingurl') === '0';
	}

	/** @return string|null null: the link is not one to the connector */
	public function id() {
		return AsteriskConnector_RecordingLink::idOf($this->link);
	}

	/** The CRM's times are in its own zone, which is PHP's while the CRM runs. */
	private static function isAwaited(array $row) {
		$ended = strtotime((string) $row['endtime']);
		return in_array($row['callstatus'], array('ringing', 'in-progress'), true)
			|| ($row['callstatus'] === 'completed' && $ended !== false && abs(time() - $ended) < self::AWAITED_SECONDS);
	}

	private static function row($record) {
		$database = PearDatabase::getInstance();
		$result = $database->pquery(
			'SELECT p.recordingurl, p.callstatus, p.endtime FROM vtiger_pbxmanager p
				INNER JOIN vtiger_crmentity e ON e.crmid = p.pbxmanagerid AND e.deleted = 0 WHERE p.pbxmanagerid = ?',
			array($record)
		);
		return $result && $database->num_rows($result) > 0 ? $database->fetchByAssoc($result, -1, false) : null;
	}
}
