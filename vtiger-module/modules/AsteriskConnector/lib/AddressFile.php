<?php
/**
 * What poll.php must know on each of its runs and must not ask the database for: where the connector is, and whether it was
 * away a moment ago. Two small files in the CRM's cache folder; neither holds a secret, and the first, as PHP, shows a browser
 * nothing.
 */
final class AsteriskConnector_AddressFile {
	const ADDRESS = 'asteriskconnector-address.php';
	const AWAY = 'asteriskconnector-away';
	/**
	 * How long a connector that did not answer is left alone. Without it each waiting poll would hold a PHP worker for a second
	 * or two, and fifty pages that poll would stop the whole CRM.
	 */
	const AWAY_SECONDS = 3;

	private $folder;

	/** @param string $folder the CRM's cache folder */
	public function __construct($folder) {
		$this->folder = $folder;
	}

	/** @return string '' when it is not known */
	public function address() {
		$file = $this->folder . '/' . self::ADDRESS;
		$address = is_file($file) ? include $file : '';
		return is_string($address) ? $address : '';
	}

	/** Written beside and renamed: a poll never reads half a file. PHP too beside, as web servers show a browser what is none. */
	public function remember($address) {
		if ($address === $this->address() || !is_writable($this->folder)) {
			return;
		}
		$file = $this->folder . '/' . self::ADDRESS;
		$beside = $this->folder . '/asteriskconnector-' . getmypid() . '.php';
		file_put_contents($beside, '<?php return ' . var_export($address, true) . ";\n");
		if (!@rename($beside, $file)) {
			@unlink($beside);
			return;
		}
		if (function_exists('opcache_invalidate')) {
			opcache_invalidate($file, true);
		}
	}

	/** Whether the connector was away a moment ago. True for all but the one who then tries it. */
	public function isAway($now) {
		$file = $this->folder . '/' . self::AWAY;
		clearstatcache(true, $file);
		if (!is_file($file)) {
			return false;
		}
		if ($now - (int) @filemtime($file) < self::AWAY_SECONDS) {
			return true;
		}
		$this->setAway(true);
		return false;
	}

	public function setAway($isAway) {
		$file = $this->folder . '/' . self::AWAY;
		if ($isAway && is_writable($this->folder)) {
			touch($file);
		} elseif (!$isAway && is_file($file)) {
			// Another poll may have removed it in between.
			@unlink($file);
		}
	}
}
