<?php
/** Where the connector is and what it is called with: the settings of PBXManager's gateway. */
final class AsteriskConnector_Gateway {
	private $address;
	private $secret;
	private $context;

	/** @param string $address "Vtiger PBX App URL" as typed by an admin */
	public function __construct($address, $secret, $context) {
		$this->address = self::usable($address);
		$this->secret = is_string($secret) ? $secret : '';
		$this->context = is_string($context) ? $context : '';
	}

	/** @param mixed $json vtiger_pbxmanager_gateway.parameters */
	public static function fromJson($json) {
		$settings = is_string($json) ? json_decode($json, true) : null;
		$settings = (is_array($settings) ? $settings : array())
			+ array('webappurl' => '', 'vtigersecretkey' => '', 'outboundcontext' => '');
		return new self($settings['webappurl'], $settings['vtigersecretkey'], $settings['outboundcontext']);
	}

	/** Without a slash at its end; '' when there is none, or none that may be called. */
	public function address() {
		return $this->address;
	}

	public function secret() {
		return $this->secret;
	}

	public function context() {
		return $this->context;
	}

	public function isConfigured() {
		return $this->address !== '' && $this->secret !== '';
	}

	private static function usable($address) {
		$address = is_string($address) ? rtrim(trim($address), '/') : '';
		$parts = parse_url($address);
		$isWeb = is_array($parts) && isset($parts['scheme'], $parts['host'])
			&& in_array(strtolower($parts['scheme']), array('http', 'https'), true)
			&& !isset($parts['query']) && !isset($parts['fragment']);
		return $isWeb ? $address : '';
	}
}
