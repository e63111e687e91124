<?php
/** A page's question what its user's calls are, passed on to the connector, which alone judges the token. */
final class AsteriskConnector_LivePoll {
	private $addressFile;
	private $askGateway;
	private $clientAt;
	private $quietFile;

	/**
	 * @param AsteriskConnector_AddressFile $addressFile
	 * @param AsteriskConnector_QuietFile $quietFile
	 * @param callable $askGateway gives an AsteriskConnector_Gateway, from the database
	 * @param callable $clientAt gives a client for an address and a bearer
	 */
	public function __construct($addressFile, $quietFile, callable $askGateway, callable $clientAt) {
		$this->addressFile = $addressFile;
		$this->quietFile = $quietFile;
		$this->askGateway = $askGateway;
		$this->clientAt = $clientAt;
	}

	/**
	 * @param float $now epoch seconds
	 * @param bool $isQuiet whether the page shows nothing: only then may it hear of a moment ago that there is nothing
	 * @return array status and body, which is JSON
	 */
	public function answer($token, $now, $isQuiet) {
		if (!AsteriskConnector_Token::looksLikeOne($token)) {
			return self::token();
		}
		$list = $isQuiet ? $this->quietFile->read($now) : null;
		$nothing = $list === null ? null : AsteriskConnector_QuietFile::snapshotFor($token, $list);
		if ($nothing !== null) {
			return array('status' => 200, 'body' => $nothing);
		}
		if ($this->addressFile->isAway((int) $now)) {
			return self::unreachable();
		}
		$address = $this->addressFile->address();
		$nothing = $isQuiet && $list === null && $address !== '' ? $this->askForAll($address, $token, $now) : null;
		if ($nothing !== null) {
			return array('status' => 200, 'body' => $nothing);
		}
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

	/** @return string|null a snapshot; null: the connector must say what there is */
	private function askForAll($address, $token, $now) {
		$answer = call_user_func($this->clientAt, $address, $token)->get('/live/quiet');
		$list = $answer !== null && $answer['status'] === 200 ? $answer['body'] : '';
		// Of one whose token is wrong, or whose connector is away, nothing is known of the others.
		if ($list !== '' || ($answer !== null && $answer['status'] === 404)) {
			$this->quietFile->write($now, $list);
		}
		return AsteriskConnector_QuietFile::snapshotFor($token, $list);
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
