<?php
/** A page's question what its user's calls are, passed on to the connector, which alone judges the token. */
final class AsteriskConnector_LivePoll {
	private $addressFile;
	private $askGateway;
	private $clientAt;

	/**
	 * @param AsteriskConnector_AddressFile $addressFile
	 * @param callable $askGateway gives an AsteriskConnector_Gateway, from the database
	 * @param callable $clientAt gives a client for an address and a bearer
	 */
	public function __construct($addressFile, callable $askGateway, callable $clientAt) {
		$this->addressFile = $addressFile;
		$this->askGateway = $askGateway;
		$this->clientAt = $clientAt;
	}

	/** @return array status and body, which is JSON */
	public function answer($token, $now) {
		if (!AsteriskConnector_Token::looksLikeOne($token)) {
			return self::token();
		}
		if ($this->addressFile->isAway($now)) {
			return self::unreachable();
		}
		$address = $this->addressFile->address();
		$answer = $address === '' ? null : $this->ask($address, $token);
		$answer = $answer === null ? $this->askElsewhere($address, $token) : $answer;
		$this->addressFile->setAway($answer === null);
		return $answer === null ? self::unreachable() : $answer;
	}

	/** The token, from the header that passes everywhere: Apache keeps Authorization from PHP unless told otherwise. */
	public static function tokenOf(array $server) {
		foreach (array('HTTP_X_ASTERISK_TOKEN', 'HTTP_AUTHORIZATION', 'REDIRECT_HTTP_AUTHORIZATION') as $name) {
			if (isset($server[$name]) && is_string($server[$name])) {
				return preg_replace('/^Bearer +/i', '', trim($server[$name]));
			}
		}
		return '';
	}

	/** An admin may have given the connector another address since this one was written down. */
	private function askElsewhere($address, $token) {
		$gateway = call_user_func($this->askGateway);
		if ($gateway->address() === '' || $gateway->address() === $address) {
			return null;
		}
		$this->addressFile->remember($gateway->address());
		return $this->ask($gateway->address(), $token);
	}

	private function ask($address, $token) {
		$answer = call_user_func($this->clientAt, $address, $token)->get('/live/calls');
		if ($answer === null) {
			return null;
		}
		if ($answer['status'] === 401 || $answer['status'] === 403) {
			return self::token();
		}
		$isSnapshot = $answer['status'] === 200 && strncmp($answer['body'], '{', 1) === 0;
		return $isSnapshot ? array('status' => 200, 'body' => $answer['body']) : null;
	}

	private static function token() {
		return array('status' => 401, 'body' => '{"error":"token"}');
	}

	private static function unreachable() {
		return array('status' => 502, 'body' => '{"error":"connector-unreachable"}');
	}
}
