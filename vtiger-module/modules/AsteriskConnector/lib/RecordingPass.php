<?php
/**
 * Passes a recording on from the connector to the browser, piece by piece: never more than a piece of it is in PHP's memory.
 */
final class AsteriskConnector_RecordingPass {
	private $client;
	private $output;

	/** @param AsteriskConnector_ConnectorClient $client; @param AsteriskConnector_RecordingOutput $output */
	public function __construct($client, $output) {
		$this->client = $client;
		$this->output = $output;
	}

	/**
	 * @param string $id of AsteriskConnector_RecordingLink
	 * @param array $server $_SERVER
	 * @return string|null null: sent; else why nothing was, as AsteriskConnector_RecordingHead has it
	 */
	public function send($id, array $server) {
		$head = new AsteriskConnector_RecordingHead();
		$isHead = isset($server['REQUEST_METHOD']) && $server['REQUEST_METHOD'] === 'HEAD';
		$headerLine = function ($line) use ($head) {
			$head->line($line);
			if ($head->isComplete() && $head->problem() === null) {
				$this->output->begin($head->status(), $head->headers());
			}
		};
		$piece = function ($bytes) use ($head) {
			return $head->problem() === null && $this->output->piece($bytes);
		};
		$this->client->stream('/recording?id=' . rawurlencode($id), self::conditions($server), $isHead, $headerLine, $piece);
		return $head->problem();
	}

	/** The browser's headers that the connector may see. */
	private static function conditions(array $server) {
		$headers = array();
		$range = AsteriskConnector_Range::forward(isset($server['HTTP_RANGE']) ? $server['HTTP_RANGE'] : null);
		if ($range !== null) {
			$headers[] = 'Range: ' . $range;
		}
		foreach (array('If-Range', 'If-None-Match', 'If-Modified-Since') as $name) {
			$key = 'HTTP_' . strtoupper(str_replace('-', '_', $name));
			if (isset($server[$key]) && preg_match('/^[\x20-\x7E]{1,200}$/D', $server[$key]) === 1) {
				$headers[] = $name . ': ' . $server[$key];
			}
		}
		return $headers;
	}
}
