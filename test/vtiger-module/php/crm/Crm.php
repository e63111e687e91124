<?php
/** What a test says of the CRM that the module runs in: who asks, what he may not do, what is in its records. */
final class Crm {
	const SECRET = 'abracadabra';

	/** @var string[] as "PBXManager DetailView 17" or "PBXManager Export" */
	public static $denied;
	/** @var int[] by the action's id: 1 for what the profile denies in PBXManager */
	public static $actions;
	public static $user;
	public static $gateway;
	public static $hiddenFields;
	/** @var string[] names by record */
	public static $names;
	public static $found;
	/** @var array[] module and values of what was saved */
	public static $saved;
	public static $mandatory;

	public static function begin() {
		self::$denied = array();
		self::$actions = array(0 => 0, 11 => 0, 12 => 0);
		self::$user = array('id' => '8', 'phone_crm_extension' => '104');
		self::$gateway = array('webappurl' => 'http://127.0.0.1:9', 'vtigersecretkey' => self::SECRET, 'outboundcontext' => 'vtiger');
		self::$hiddenFields = array();
		self::$names = array();
		self::$found = 0;
		self::$saved = array();
		self::$mandatory = array();
		PearDatabase::$answers = array('FROM vtiger_actionmapping' => function ($parameters) {
			$first = array('ReceiveIncomingCalls' => 11, 'MakeOutgoingCalls' => 12)[$parameters[0]];
			return array(array('actionid' => (string) $first), array('actionid' => (string) ($first + 3)));
		});
		PearDatabase::$asked = array();
	}

	/** @return array what the action answers, as the page reads it */
	public static function answer($action, array $parameters = array()) {
		$class = "AsteriskConnector_{$action}_Action";
		$request = new Vtiger_Request($parameters);
		ob_start();
		try {
			$controller = new $class();
			$controller->checkPermission($request);
			$controller->process($request);
		} finally {
			$output = ob_get_clean();
		}
		return json_decode($output, true);
	}

	public static function nobodyIsLoggedIn() {
		self::$user = array('id' => '', 'phone_crm_extension' => '');
	}
}
