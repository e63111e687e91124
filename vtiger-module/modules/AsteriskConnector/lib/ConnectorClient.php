<?php
/**
 * Asks the connector, with PBXManager's secret as bearer. By PHP's curl, which vTiger itself needs (its installer insists on it):
 * PHP's own streams cannot be given a time for the whole answer, and a connector that hangs must not hang the CRM.
 */
final class AsteriskConnector_ConnectorClient {
	const CONNECT_MS = 1000;
	/** A click and a question are answered from the connector's memory. */
	const ANSWER_MS = 2000;
	/** A recording that stands still for so long is given up; a player asks again for the part that it lacks. */
	const STALLED_SECONDS = 60;

	private $address;
	private $bearer;

	/** @param string $address of AsteriskConnector_Gateway */
	public function __construct($address, $bearer) {
		$this->address = $address;
		$this->bearer = $bearer;
	}

	public static function of(AsteriskConnector_Gateway $gateway) {
		return new self($gateway->address(), $gateway->secret());
	}

	/** @return array|null status and body; null: no answer */
	public function get($path) {
		return $this->answer($path, array(), false);
	}

	/** @return array|null as get(), with the status 0 when it was asked and has not answered: then it may have done its work */
	public function post($path, array $fields) {
		return $this->answer($path, array(CURLOPT_POST => true, CURLOPT_POSTFIELDS => http_build_query($fields, '', '&')), true);
	}

	/**
	 * Hands an answer on as it comes: its lines of headers to the first, its pieces to the second function, which gives back
	 * false to have no more.
	 *
	 * @param string[] $headers such as "Range: bytes=0-"
	 * @return bool whether the connector has answered to the end
	 */
	public function stream($path, array $headers, $isHead, callable $headerLine, callable $piece) {
		$options = array(
			CURLOPT_NOBODY => $isHead,
			CURLOPT_LOW_SPEED_LIMIT => 1,
			CURLOPT_LOW_SPEED_TIME => self::STALLED_SECONDS,
			CURLOPT_BUFFERSIZE => 131072,
			CURLOPT_HEADERFUNCTION => function ($curl, $line) use ($headerLine) {
				$headerLine($line);
				return strlen($line);
			},
			CURLOPT_WRITEFUNCTION => function ($curl, $bytes) use ($piece) {
				return $piece($bytes) ? strlen($bytes) : 0;
			},
		);
		$curl = $this->open($path, $headers, $options);
		$isWhole = curl_exec($curl);
		return $isWhole === true;
	}

	private function answer($path, array $options, $tellsSilence) {
		$options += array(CURLOPT_TIMEOUT_MS => self::ANSWER_MS, CURLOPT_RETURNTRANSFER => true);
		$curl = $this->open($path, array('Accept: application/json'), $options);
		$body = curl_exec($curl);
		if (is_string($body)) {
			return array('status' => (int) curl_getinfo($curl, CURLINFO_HTTP_CODE), 'body' => $body);
		}
		$isAsked = curl_getinfo($curl, CURLINFO_REQUEST_SIZE) > 0;
		return $tellsSilence && $isAsked ? array('status' => 0, 'body' => '') : null;
	}

	/** Nothing here follows a redirect or a proxy: the secret goes to the connector's address or nowhere. */
	private function open($path, array $headers, array $options) {
		$curl = curl_init($this->address . $path);
		curl_setopt_array($curl, $options + array(
			CURLOPT_HTTPHEADER => array_merge(array('Authorization: Bearer ' . $this->bearer, 'Expect:'), $headers),
			CURLOPT_CONNECTTIMEOUT_MS => self::CONNECT_MS,
			CURLOPT_FOLLOWLOCATION => false,
			CURLOPT_PROTOCOLS => CURLPROTO_HTTP | CURLPROTO_HTTPS,
			CURLOPT_PROXY => '',
			CURLOPT_NOSIGNAL => true,
		));
		return $curl;
	}
}
