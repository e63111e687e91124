<?php
/**
 * Asks the connector over a connection that the PHP worker keeps for the next poll: half of what a poll costs PHP and the connector
 * is opening one anew, and curl keeps none between requests (before PHP 8.5).
 *
 * What is left unread on such a connection would be taken for the answer to the next poll, of another user. So it is closed
 * whenever it was not read to its very end, and looked at for leftovers before it is used; poll.php does not end half-way
 * when its page leaves.
 *
 * The connector closes what has been idle for some seconds, which may cross with a request. That shows as an end without a byte of
 * an answer, and is tried once more on a connection of its own: nothing is asked here that may not be asked twice.
 */
final class AsteriskConnector_KeptConnection {
	const CONNECT_SECONDS = 1.0;
	const ANSWER_SECONDS = 2;
	const LONGEST_HEAD = 8192;

	private $address;
	private $bearer;
	private $connection;
	/** Whether not a byte of the answer has come. */
	private $isSilent;

	public function __construct($address, $bearer) {
		$this->address = $address;
		$this->bearer = $bearer;
	}

	/** @return array|null as AsteriskConnector_ConnectorClient::get() */
	public function get($path) {
		$target = parse_url($this->address);
		$isSecure = strtolower($target['scheme']) === 'https';
		$port = isset($target['port']) ? $target['port'] : ($isSecure ? 443 : 80);
		$request = 'GET ' . (isset($target['path']) ? $target['path'] : '') . $path . " HTTP/1.1\r\n"
			. "Host: {$target['host']}:$port\r\nAccept: application/json\r\nAuthorization: Bearer {$this->bearer}\r\n\r\n";
		$answer = $this->ask(($isSecure ? 'ssl' : 'tcp') . '://' . $target['host'] . ':' . $port, $request);
		if ($answer === null || isset($answer['body'])) {
			return $answer;
		}
		// A proxy may send in chunks.
		require_once __DIR__ . '/ConnectorClient.php';
		return (new AsteriskConnector_ConnectorClient($this->address, $this->bearer))->get($path);
	}

	private function ask($target, $request) {
		for ($isAgain = false; $this->open($target); $isAgain = true) {
			// PHP counts what has passed through a stream, also before this request.
			$isUsed = ftell($this->connection) > 0;
			$this->isSilent = true;
			$answer = @fwrite($this->connection, $request) === strlen($request) ? $this->read() : null;
			if ($answer !== null) {
				return $answer;
			}
			$mayBeClosed = $isUsed && $this->isSilent && !stream_get_meta_data($this->connection)['timed_out'];
			$this->close();
			if ($isAgain || !$mayBeClosed) {
				return null;
			}
		}
		return null;
	}

	/** PHP itself replaces a kept connection that the other end has closed. */
	private function open($target) {
		for ($tries = 0; $tries < 2; $tries++) {
			$flags = STREAM_CLIENT_CONNECT | STREAM_CLIENT_PERSISTENT;
			$this->connection = @stream_socket_client($target, $code, $text, self::CONNECT_SECONDS, $flags);
			if ($this->connection === false) {
				return false;
			}
			if ($this->isClean()) {
				stream_set_timeout($this->connection, self::ANSWER_SECONDS);
				return true;
			}
			$this->close();
		}
		return false;
	}

	private function isClean() {
		stream_set_blocking($this->connection, false);
		$leftover = @fread($this->connection, 1);
		stream_set_blocking($this->connection, true);
		return ($leftover === '' || $leftover === false) && !feof($this->connection);
	}

	/** @return array|null status, and the body if its length was told */
	private function read() {
		$head = '';
		do {
			$line = fgets($this->connection, self::LONGEST_HEAD);
			$head .= (string) $line;
			$this->isSilent = $head === '';
		} while ($line !== false && $line !== "\r\n" && strlen($head) < self::LONGEST_HEAD);
		if ($line !== "\r\n" || preg_match('#^HTTP/1\.[01] ([2-5][0-9]{2}) #', $head, $status) !== 1) {
			return null;
		}
		if (preg_match('/^Content-Length: *([0-9]{1,8})\r$/im', $head, $length) !== 1) {
			$this->close();
			return array('status' => (int) $status[1]);
		}
		$body = (int) $length[1] === 0 ? '' : stream_get_contents($this->connection, (int) $length[1]);
		if (preg_match('/^Connection: *close\r$/im', $head) === 1) {
			$this->close();
		}
		return strlen((string) $body) === (int) $length[1] ? array('status' => (int) $status[1], 'body' => (string) $body) : null;
	}

	private function close() {
		if (is_resource($this->connection)) {
			fclose($this->connection);
		}
	}
}
