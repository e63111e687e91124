<?php
/** The connector's answer to a request for a recording, as far as the browser may know it. */
final class AsteriskConnector_RecordingHead {
	const PASSED_STATUS = array(200, 206, 304, 416);
	const PASSED_HEADERS = array('content-type', 'content-length', 'content-range', 'accept-ranges', 'etag', 'last-modified');
	const PROBLEMS = array(404 => 'missing', 409 => 'not-ready', 410 => 'deleted', 501 => 'unplayable');

	private $status = 0;
	private $headers = array();
	private $isComplete = false;

	/** One line as curl reads it. After a "100 Continue" the lines start anew. */
	public function line($line) {
		$line = rtrim($line, "\r\n");
		if (preg_match('#^HTTP/[0-9.]+ ([0-9]{3})#', $line, $match) === 1) {
			$this->status = (int) $match[1];
			$this->headers = array();
			$this->isComplete = false;
		} elseif ($line === '') {
			$this->isComplete = $this->status >= 200;
		} else {
			$this->keep($line);
		}
	}

	/** Whether all of it has been read. */
	public function isComplete() {
		return $this->isComplete;
	}

	public function status() {
		return $this->status;
	}

	/** @return string|null null: it is passed on; else one of PROBLEMS, or unreachable */
	public function problem() {
		if ($this->isComplete && in_array($this->status, self::PASSED_STATUS, true)) {
			return null;
		}
		return isset(self::PROBLEMS[$this->status]) ? self::PROBLEMS[$this->status] : 'unreachable';
	}

	/** @return string[] by lower-case name */
	public function headers() {
		return $this->headers;
	}

	private function keep($line) {
		$parts = explode(':', $line, 2);
		$name = strtolower(trim($parts[0]));
		if (count($parts) !== 2 || !in_array($name, self::PASSED_HEADERS, true)) {
			return;
		}
		$value = trim($parts[1]);
		// Played in the CRM's own origin: nothing that a browser would take for a page.
		$isSound = $name !== 'content-type' || preg_match('#^audio/[a-z0-9.+-]+$#Di', $value) === 1;
		$this->headers[$name] = $isSound ? $value : 'application/octet-stream';
	}
}
