<?php
/** The user behind an extension. */
class AsteriskConnector_Colleague_Model {
	/** @return int|null the user's id */
	public static function byExtension($extension) {
		if (!AsteriskConnector_Number::isExtension($extension)) {
			return null;
		}
		$database = PearDatabase::getInstance();
		$result = $database->pquery(
			"SELECT id FROM vtiger_users WHERE phone_crm_extension = ? AND deleted = 0 AND status = 'Active' ORDER BY id LIMIT 1",
			array($extension)
		);
		$row = $result && $database->num_rows($result) > 0 ? $database->fetchByAssoc($result, -1, false) : null;
		return $row === null ? null : (int) $row['id'];
	}

	/** @return string|null */
	public static function nameByExtension($extension) {
		$user = self::byExtension($extension);
		return $user === null ? null : self::name($user);
	}

	/** As a customer is told, but that there is no page to open. */
	public static function told($user) {
		return array('module' => 'Users', 'label' => self::name($user), 'id' => $user, 'url' => null, 'company' => null, 'owner' => null);
	}

	private static function name($user) {
		return trim(decode_html((string) getUserFullName($user)));
	}
}
