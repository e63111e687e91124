<?php
/** The browser's end of a recording: PHP's own output, without any of the buffers that would gather the file. */
final class AsteriskConnector_RecordingOutput {
	/** By the types that the connector sends; all else is raw sound, which no player knows. */
	const EXTENSIONS = array('audio/wav' => 'wav', 'audio/mpeg' => 'mp3', 'audio/ogg' => 'ogg', 'audio/mp4' => 'm4a',
		'audio/aac' => 'aac', 'audio/flac' => 'flac', 'audio/webm' => 'webm', 'audio/x-gsm' => 'gsm');

	private $record;
	private $isDownload;
	private $mayDownload;
	private $hasBegun = false;

	/**
	 * @param bool $isDownload to be kept, not played
	 * @param bool $mayDownload whether the page may offer that
	 */
	public function __construct($record, $isDownload, $mayDownload) {
		$this->record = (int) $record;
		$this->isDownload = $isDownload;
		$this->mayDownload = $mayDownload;
	}

	public function begin($status, array $headers) {
		// csrf-magic's and output_buffering's; a compressor would make Content-Length and ranges untrue.
		while (ob_get_level() > 0) {
			ob_end_clean();
		}
		ini_set('zlib.output_compression', '0');
		ignore_user_abort(true);
		set_time_limit(0);
		http_response_code($status);
		foreach ($headers as $name => $value) {
			header($name . ': ' . $value);
		}
		$this->ownHeaders(isset($headers['content-type']) ? $headers['content-type'] : '');
		$this->hasBegun = true;
	}

	/** @return bool whether the browser is still there */
	public function piece($bytes) {
		if (!$this->hasBegun) {
			return false;
		}
		echo $bytes;
		flush();
		return connection_aborted() === 0;
	}

	/**
	 * Kept nowhere: rights may be withdrawn, and a cache on disk is another user's to read. It matters for AsteriskConnector_Range
	 * too: Chromium's cache asks for all that it lacks with an end (bytes=2097152-62912043), its player without.
	 */
	private function ownHeaders($type) {
		header('Cache-Control: private, no-store');
		header_remove('Pragma');
		header_remove('Expires');
		header('X-Content-Type-Options: nosniff');
		// A page elsewhere with an <audio> of this address would read from its length whether the user may hear it.
		header('Cross-Origin-Resource-Policy: same-origin');
		header("Content-Security-Policy: default-src 'none'");
		header('X-Asterisk-Download: ' . ($this->mayDownload ? 'yes' : 'no'));
		$extension = isset(self::EXTENSIONS[$type]) ? self::EXTENSIONS[$type] : 'raw';
		$disposition = $this->isDownload ? 'attachment' : 'inline';
		header('Content-Disposition: ' . $disposition . '; filename="call-' . $this->record . '.' . $extension . '"');
	}
}
