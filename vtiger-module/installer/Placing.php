<?php

require_once __DIR__ . '/../modules/AsteriskConnector/lib/install/OwnFiles.php';

/** Our files in the CRM's tree. Nothing else there is written or overwritten. */
class AsteriskConnector_Placing {

	/** What a module of our name must have in it to be ours. */
	const MARK = 'AsteriskConnector_Registration';

	/** @var string */
	private $crm;
	/** @var AsteriskConnector_SourceTree */
	private $tree;
	/** @var array<string, string> path in the CRM => content */
	private $files;

	/**
	 * @param string $crm
	 * @param AsteriskConnector_SourceTree $tree
	 */
	public function __construct($crm, $tree) {
		$this->crm = $crm;
		$this->tree = $tree;
		$this->files = $tree->files();
		$this->refuseNamesakes();
	}

	/** @return SimpleXMLElement */
	public function manifest() {
		return $this->tree->manifest();
	}

	/** @return string[] in words, what place() would do */
	public function changes() {
		$changes = array();
		foreach ($this->files as $name => $content) {
			$path = "{$this->crm}/$name";
			if (!is_file($path)) {
				$changes[] = "add $name";
			} elseif (file_get_contents($path) !== $content) {
				$changes[] = "replace $name";
			}
		}
		foreach (array_diff($this->present(), array_keys($this->files)) as $name) {
			$changes[] = "remove $name";
		}
		return $changes;
	}

	/** Before anything is touched: half an installation is worse than none. */
	public function refuseClosedFolders() {
		$closed = array();
		foreach (array_merge(array_keys($this->files), $this->present()) as $name) {
			$folder = dirname("{$this->crm}/$name");
			while (!is_dir($folder)) {
				$folder = dirname($folder);
			}
			if (!is_writable($folder)) {
				$closed[$folder] = $folder;
			}
		}
		if ($closed !== array()) {
			throw new AsteriskConnector_Refusal(AsteriskConnector_Refusal::WRONG_USER,
				'These folders are closed to the user who owns the CRM: ' . implode(', ', $closed) . '. Give them to him (chown).');
		}
	}

	/** Each file is there whole, the old or the new one, for the pages that are being made meanwhile. */
	public function place() {
		foreach ($this->files as $name => $content) {
			$path = "{$this->crm}/$name";
			$this->ensureFolder(dirname($path));
			if (@file_put_contents("$path.new", $content) !== strlen($content) || !@rename("$path.new", $path)) {
				throw new AsteriskConnector_Refusal(AsteriskConnector_Refusal::WRONG_USER,
					"Could not write $path. Has the disk no room?");
			}
		}
	}

	/** @return string[] paths in the CRM that are ours by their names */
	public function present() {
		return $this->own()->present();
	}

	public function removeAll() {
		$this->own()->removeAll();
	}

	private function own() {
		return new AsteriskConnector_OwnFiles($this->crm);
	}

	private function ensureFolder($folder) {
		if (!is_dir($folder) && !mkdir($folder, 0755, true)) {
			throw new AsteriskConnector_Refusal(AsteriskConnector_Refusal::WRONG_USER, "Could not make the folder $folder");
		}
	}

	private function refuseNamesakes() {
		$path = "{$this->crm}/modules/AsteriskConnector/AsteriskConnector.php";
		if (is_file($path) && strpos(file_get_contents($path), self::MARK) === false) {
			throw new AsteriskConnector_Refusal(AsteriskConnector_Refusal::NOT_SUPPORTED,
				"The CRM has another module of the name AsteriskConnector ($path). Remove it first.");
		}
	}
}
