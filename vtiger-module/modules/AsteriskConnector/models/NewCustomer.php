<?php
/** A customer that an agent makes of an unknown number. */
class AsteriskConnector_NewCustomer_Model {
	/** Where the number is put: the first of these that the module has and the user may fill in. */
	const PHONE_FIELDS = array('phone', 'mobile', 'homephone', 'otherphone');
	/** vTiger's column for a name of a company. */
	const COMPANY_LENGTH = 100;

	private $module;
	private $record;

	public function __construct($module) {
		$this->module = Vtiger_Module_Model::getInstance($module);
		$this->record = Vtiger_Record_Model::getCleanInstance($module);
		$this->record->set('mode', '');
		foreach ($this->module->getFields() as $name => $field) {
			$default = $field->getDefaultFieldValue();
			if ((string) $default !== '' && $field->isEditable()) {
				$this->record->set($name, decode_html($default));
			}
		}
	}

	/** @return bool false: the user may fill in no field for it */
	public function setNumber($number) {
		foreach (self::PHONE_FIELDS as $name) {
			if ($this->mayFill($name)) {
				$this->record->set($name, $number);
				return true;
			}
		}
		return false;
	}

	public function setName($name, $owner) {
		$this->record->set('assigned_user_id', $owner);
		if ($this->module->getName() === 'Accounts') {
			$this->record->set('accountname', mb_substr($name, 0, self::COMPANY_LENGTH, 'UTF-8'));
			return;
		}
		list($first, $last) = $this->mayFill('firstname') ? AsteriskConnector_PersonName::split($name) : array('', $name);
		$this->record->set('firstname', $first);
		$this->record->set('lastname', mb_substr($last, 0, AsteriskConnector_PersonName::LAST_LENGTH, 'UTF-8'));
	}

	/** @return string[] the labels of fields that must be filled in, and that nothing is known for */
	public function missing() {
		$missing = array();
		foreach ($this->module->getMandatoryFieldModels() as $field) {
			$value = $this->record->get($field->get('name'));
			if ((string) $value === '' && $field->isEditable()) {
				$missing[] = decode_html(vtranslate($field->get('label'), $this->module->getName()));
			}
		}
		return $missing;
	}

	/** The CRM's own page for a new record, filled in as far as this one is. */
	public function editUrl() {
		$known = array('module' => $this->module->getName(), 'view' => 'Edit');
		foreach (array_merge(self::PHONE_FIELDS, array('firstname', 'lastname', 'accountname')) as $name) {
			if ((string) $this->record->get($name) !== '') {
				$known[$name] = $this->record->get($name);
			}
		}
		return 'index.php?' . http_build_query($known, '', '&');
	}

	/**
	 * By the CRM's own saving, with its handlers: workflows, the number's entry for the look-up, the check for duplicates.
	 *
	 * @return int
	 * @throws Exception of the CRM's handlers, with words for the user
	 */
	public function save() {
		$this->record->save();
		return (int) $this->record->getId();
	}

	private function mayFill($name) {
		$field = $this->module->getField($name);
		return $field && $field->isActiveField() && $field->isEditable();
	}
}
