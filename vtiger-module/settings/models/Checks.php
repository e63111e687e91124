<?php

require_once 'modules/AsteriskConnector/lib/ClassLoading.php';
require_once 'modules/AsteriskConnector/lib/check/ClockCheck.php';
require_once 'modules/AsteriskConnector/lib/check/ConnectorAnswer.php';
require_once 'modules/AsteriskConnector/lib/check/ExtensionCheck.php';
require_once 'modules/AsteriskConnector/lib/check/PbxManagerCheck.php';
require_once 'modules/AsteriskConnector/lib/check/StatusCheck.php';
require_once 'modules/AsteriskConnector/lib/install/RecordingField.php';

/** All that the settings page looks at. What is asked of the CRM stands here, what follows from it in lib/check. */
class Settings_AsteriskConnector_Checks_Model {

	const RECORD_MODEL = 'modules/PBXManager/models/Record.php';
	/** Only SalesPlatform's PBXManager has it. */
	const SALESPLATFORM_MARK = 'modules/PBXManager/callbacks/SPAgi.php';
	/** No user's extension: the push is tried with it, and shows nobody's calls. */
	const NOBODY = 'settings-page';
	const PUSH_TRIAL_SECONDS = 60;

	/** @var AsteriskConnector_Gateway */
	private $gateway;

	public function __construct() {
		$settings = PBXManager_Server_Model::getInstance();
		$this->gateway = new AsteriskConnector_Gateway($settings->get('webappurl'), $settings->get('vtigersecretkey'), '');
	}

	/** @return AsteriskConnector_Finding[] */
	public function findings() {
		$client = AsteriskConnector_ConnectorClient::of($this->gateway);
		$answer = new AsteriskConnector_ConnectorAnswer(
			$this->gateway->isConfigured(),
			$this->gateway->isConfigured() ? $client->get('/status') : null
		);
		return array_merge($answer->findings(), $this->ofConnector($answer->status()), $this->ofCrm($answer->status()));
	}

	/** @return string|null with which the admin's browser tries the live channel */
	public function pushToken() {
		return $this->gateway->isConfigured()
			? AsteriskConnector_Token::sign(self::NOBODY, 0, $this->gateway->secret(), time() + self::PUSH_TRIAL_SECONDS)
			: null;
	}

	/** @param array<string, mixed>|null $status */
	private function ofConnector($status) {
		if ($status === null) {
			return array();
		}
		$kind = is_file(self::SALESPLATFORM_MARK) ? 'salesplatform' : 'vanilla';
		$version = Vtiger_Module::getInstance('AsteriskConnector')->version;
		return array_merge(
			(new AsteriskConnector_StatusCheck($status, array(__CLASS__, 'timeInWords')))->findings((string) $version, $kind),
			AsteriskConnector_ClockCheck::findings($status, time(), self::crmTime(), self::crmZone())
		);
	}

	private function ofCrm($status) {
		$pattern = $status !== null && isset($status['extension']) && is_string($status['extension']) ? $status['extension'] : '';
		$source = is_file(self::RECORD_MODEL) ? file_get_contents(self::RECORD_MODEL) : '';
		return array_merge(
			(new AsteriskConnector_ExtensionCheck(self::users(), array(__CLASS__, 'remarkInWords')))->findings($pattern),
			array(AsteriskConnector_PbxManagerCheck::finding($source, 'class_exists'), self::lists()),
			AsteriskConnector_Calling_Model::isElsewhere() ? array(AsteriskConnector_Finding::warning('CLICKS', 'ELSEWHERE')) : array()
		);
	}

	/** Whether the CRM's own pages leave a recording's address out. Another module may have put its file where ours should be. */
	private static function lists() {
		$field = Vtiger_Field::getInstance('recordingurl', Vtiger_Module::getInstance('PBXManager'));
		return $field && (int) $field->uitype === AsteriskConnector_RecordingField::UITYPE
			? AsteriskConnector_Finding::good('LISTS', 'FINE')
			: AsteriskConnector_Finding::warning('LISTS', 'STOCK');
	}

	/** In the zone of config.inc.php, in which PBXManager's times are. The settings of a user do not change it. */
	private static function crmTime() {
		return (new DateTime('now', new DateTimeZone(self::crmZone())))->format('Y-m-d H:i:s');
	}

	private static function crmZone() {
		global $default_timezone;
		return empty($default_timezone) ? date_default_timezone_get() : $default_timezone;
	}

	/** In the format and zone of the admin; what the CRM takes for a time is in UTC, as in its database. */
	public static function timeInWords($seconds) {
		return Vtiger_Datetime_UIType::getDisplayDateTimeValue(gmdate('Y-m-d H:i:s', $seconds));
	}

	/** @param string $remark of AsteriskConnector_ExtensionCheck: inactive, deleted, or one of its FIELDS */
	public static function remarkInWords($remark) {
		if (!in_array($remark, AsteriskConnector_ExtensionCheck::FIELDS, true)) {
			return vtranslate('LBL_USER_' . strtoupper($remark), 'Settings:AsteriskConnector');
		}
		$field = Vtiger_Field::getInstance($remark, Vtiger_Module::getInstance('Users'));
		return $field ? vtranslate($field->label, 'Users') : $remark;
	}

	private static function users() {
		$fields = implode(', ', AsteriskConnector_ExtensionCheck::FIELDS);
		$database = PearDatabase::getInstance();
		$result = $database->pquery("SELECT user_name, status, deleted, $fields FROM vtiger_users ORDER BY user_name", array());
		$users = array();
		while ($result && ($row = $database->fetchByAssoc($result, -1, false))) {
			$users[] = $row;
		}
		return $users;
	}
}
