<?php
// As much of the CRM's classes and functions as the module's actions and models call, answering what Crm says.

class AppException extends Exception {
}

abstract class Vtiger_Action_Controller {
	public function checkPermission(Vtiger_Request $request) {
		return true;
	}
}

class Vtiger_Request {
	private $parameters;

	public function __construct(array $parameters) {
		$this->parameters = $parameters;
	}

	public function getRaw($name) {
		return isset($this->parameters[$name]) ? $this->parameters[$name] : '';
	}

	public function validateReadAccess() {
		return 'read';
	}

	public function validateWriteAccess() {
		return 'write';
	}
}

class Users_Record_Model {
	public static function getCurrentUserModel() {
		return new self();
	}

	public function get($name) {
		return isset(Crm::$user[$name]) ? Crm::$user[$name] : null;
	}

	public function getId() {
		return Crm::$user['id'];
	}
}

class Users_Privileges_Model {
	public static function isPermitted($module, $action, $record = false) {
		$asked = array("$module $action", "$module $action $record");
		return array_intersect($asked, Crm::$denied) === array();
	}

	public static function getCurrentUserPrivilegesModel() {
		return new self();
	}

	public function isAdminUser() {
		return Crm::$user['id'] === '1';
	}

	/** By tab, and then by action: 1 for what the profile denies. */
	public function get($name) {
		if ($name === 'profile_action_permission') {
			return array(getTabid('PBXManager') => Crm::$actions);
		}
		return in_array('AsteriskConnector', Crm::$denied, true) ? array(getTabid('AsteriskConnector') => 1) : array();
	}
}

class PBXManager_Server_Model {
	public static function getInstance() {
		return new self();
	}

	public function get($name) {
		return Crm::$gateway[$name];
	}
}

class PBXManager_Record_Model {
	public function lookUpRelatedWithNumber($number, $userId) {
		return Crm::$found === 0 ? false : array('id' => Crm::$found);
	}
}

class Vtiger_Field_Stub {
	private $name;

	public function __construct($name) {
		$this->name = $name;
	}

	public function get($what) {
		return $this->name;
	}

	public function getDefaultFieldValue() {
		return '';
	}

	public function isViewable() {
		return !in_array($this->name, Crm::$hiddenFields, true);
	}

	public function isActiveField() {
		return true;
	}

	public function isEditable() {
		return $this->isViewable();
	}
}

class Vtiger_Module_Model {
	private $name;

	private function __construct($name) {
		$this->name = $name;
	}

	public static function getInstance($name) {
		return new self($name);
	}

	public function getName() {
		return $this->name;
	}

	public function getField($name) {
		return new Vtiger_Field_Stub($name);
	}

	public function getFields() {
		return array();
	}

	public function getMandatoryFieldModels() {
		return array_map(array($this, 'getField'), Crm::$mandatory);
	}
}

class Vtiger_Record_Model {
	private $module;
	private $values = array();

	public static function getInstanceById($record, $module) {
		return new self();
	}

	public static function getCleanInstance($module) {
		$record = new self();
		$record->module = $module;
		return $record;
	}

	public function set($name, $value) {
		$this->values[$name] = $value;
	}

	public function get($name) {
		return isset($this->values[$name]) ? $this->values[$name] : '';
	}

	public function save() {
		Crm::$saved[] = array($this->module, array_filter($this->values, 'strlen'));
	}

	public function getId() {
		return 900;
	}
}

function vglobal($name) {
	return (object) array('id' => Crm::$user['id']);
}

function vtranslate($key, $module = '') {
	return $key;
}

function vtlib_isModuleActive($name) {
	return $name === 'AsteriskConnector';
}

function getTabid($name) {
	return $name === 'PBXManager' ? 31 : 68;
}

function decode_html($text) {
	return html_entity_decode($text, ENT_QUOTES, 'UTF-8');
}

function vtlib_purify($text) {
	return $text;
}

function getUserFullName($user) {
	return "User $user";
}

function getOwnerName($user) {
	return "User $user";
}

function getEntityName($module, array $records) {
	return array_intersect_key(Crm::$names, array_flip($records));
}

function generateQuestionMarks(array $values) {
	return implode(',', array_fill(0, count($values), '?'));
}

/** '0' is visible, in both CRMs. */
function getFieldVisibilityPermission($module, $user, $field) {
	return in_array($field, Crm::$hiddenFields, true) ? '1' : '0';
}
