<?php

require_once __DIR__ . '/Finding.php';

/** What came back from the connector's GET /status: whether it is there, and whether it knows us. */
final class AsteriskConnector_ConnectorAnswer {

	/** @var bool */
	private $isConfigured;
	/** @var int */
	private $httpStatus;
	/** @var mixed */
	private $body;

	/**
	 * @param bool $isConfigured whether PBXManager has an address and a secret
	 * @param array{status: int, body: string}|null $answer null: none came
	 */
	public function __construct($isConfigured, $answer) {
		$this->isConfigured = $isConfigured;
		$this->httpStatus = $answer === null ? 0 : $answer['status'];
		$this->body = $answer === null ? null : json_decode($answer['body'], true);
	}

	/** @return array<string, mixed>|null the report, when one came */
	public function status() {
		return $this->httpStatus === 200 && isset($this->body['version'], $this->body['link'], $this->body['now']) ? $this->body : null;
	}

	/** @return AsteriskConnector_Finding[] */
	public function findings() {
		if (!$this->isConfigured) {
			return array(AsteriskConnector_Finding::fault('CONNECTION', 'UNSET'));
		}
		if ($this->httpStatus === 0) {
			return array(AsteriskConnector_Finding::fault('CONNECTION', 'SILENT'));
		}
		if ($this->status() === null && $this->secretFault() === null) {
			return array(AsteriskConnector_Finding::fault('CONNECTION', $this->httpStatus === 503 ? 'STARTING' : 'STRANGER', array($this->httpStatus)));
		}
		$secret = $this->secretFault();
		return array(
			AsteriskConnector_Finding::good('CONNECTION', 'FINE'),
			$secret === null ? AsteriskConnector_Finding::good('SECRET', 'FINE') : $secret,
		);
	}

	/** @return AsteriskConnector_Finding|null */
	private function secretFault() {
		$error = is_array($this->body) && isset($this->body['error']) ? $this->body['error'] : null;
		if ($error === 'secret') {
			return AsteriskConnector_Finding::fault('SECRET', 'WRONG');
		}
		return $error === 'locked' ? AsteriskConnector_Finding::fault('SECRET', 'LOCKED') : null;
	}
}
