<?php
/** A contact, lead or account, told as far as the current user may know of it. */
class AsteriskConnector_Customer_Model {
	const MODULES = array('Contacts', 'Leads', 'Accounts');

	/** @return string|null the module of a record that exists and may be a customer */
	public static function moduleOf($record) {
		$database = PearDatabase::getInstance();
		$result = $database->pquery('SELECT setype FROM vtiger_crmentity WHERE crmid = ? AND deleted = 0', array((int) $record));
		$row = $result && $database->num_rows($result) > 0 ? $database->fetchByAssoc($result, -1, false) : null;
		return $row !== null && in_array($row['setype'], self::MODULES, true) ? $row['setype'] : null;
	}

	public static function maySee($module, $record) {
		return Users_Privileges_Model::isPermitted($module, 'DetailView', $record);
	}

	/** @return string[] modules in which the user may create a customer */
	public static function creatable() {
		return array_values(array_filter(self::MODULES, function ($module) {
			return Users_Privileges_Model::isPermitted($module, 'CreateView');
		}));
	}

	/** What the page shows. Only for who may see the record. */
	public static function told($module, $record) {
		$values = Vtiger_Record_Model::getInstanceById($record, $module);
		$labels = getEntityName($module, array($record));
		return array(
			'module' => $module,
			'label' => self::plain(isset($labels[$record]) ? $labels[$record] : ''),
			'id' => (int) $record,
			'url' => self::url($module, $record),
			'company' => self::company($module, $values),
			'owner' => self::plain(getOwnerName($values->get('assigned_user_id'))),
		);
	}

	/** A contact's account, if he may see it too; of a lead the name of its company. */
	private static function company($module, $values) {
		if ($module === 'Leads') {
			$name = self::mayRead($module, 'company') ? self::plain($values->get('company')) : '';
			return $name === '' ? null : array('name' => $name, 'url' => null);
		}
		$account = $module === 'Contacts' && self::mayRead($module, 'account_id') ? (int) $values->get('account_id') : 0;
		if ($account === 0 || self::moduleOf($account) !== 'Accounts' || !self::maySee('Accounts', $account)) {
			return null;
		}
		$names = getEntityName('Accounts', array($account));
		return array('name' => self::plain(isset($names[$account]) ? $names[$account] : ''), 'url' => self::url('Accounts', $account));
	}

	private static function mayRead($module, $fieldName) {
		$field = Vtiger_Module_Model::getInstance($module)->getField($fieldName);
		return $field && $field->isViewable();
	}

	private static function url($module, $record) {
		return 'index.php?module=' . $module . '&view=Detail&record=' . (int) $record;
	}

	/** The CRM hands out names encoded for HTML; the page shows text. */
	private static function plain($text) {
		return trim(decode_html((string) $text));
	}
}
