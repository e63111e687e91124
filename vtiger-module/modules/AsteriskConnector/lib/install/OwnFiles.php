<?php

/** Which files of the CRM's tree are ours: four folders, and in each language two files of our name. */
class AsteriskConnector_OwnFiles {

	const FOLDERS = array(
		'modules/AsteriskConnector',
		'modules/Settings/AsteriskConnector',
		'layouts/v7/modules/AsteriskConnector',
		'layouts/v7/modules/Settings/AsteriskConnector',
	);
	const LANGUAGE_FILES = array('languages/*/AsteriskConnector.php', 'languages/*/Settings/AsteriskConnector.php');
	/** What this version consists of, one path a line. Written when the package is made. */
	const LIST_OF_VERSION = 'modules/AsteriskConnector/files.php';
	/** Its first line: a web server shows a browser nothing of it. */
	const GUARD = "<?php exit; ?>\n";

	/** @var string */
	private $crm;

	/** @param string $crm the CRM's folder */
	public function __construct($crm) {
		$this->crm = rtrim($crm, '/');
	}

	/** @return string[] paths in the CRM */
	public function present() {
		$files = array();
		foreach (self::FOLDERS as $folder) {
			$files = array_merge($files, $this->below($folder));
		}
		foreach (self::LANGUAGE_FILES as $pattern) {
			foreach (glob("{$this->crm}/$pattern") as $path) {
				$files[] = substr($path, strlen($this->crm) + 1);
			}
		}
		return $files;
	}

	/** Files of an older version that this one no longer has: the CRM's update only adds and overwrites. */
	public function removeOlder() {
		$list = "{$this->crm}/" . self::LIST_OF_VERSION;
		if (is_file($list)) {
			$this->remove(array_diff($this->present(), explode("\n", trim(file_get_contents($list)))));
		}
	}

	public function removeAll() {
		$this->remove($this->present());
	}

	/** @param string[] $names */
	private function remove(array $names) {
		foreach ($names as $name) {
			unlink("{$this->crm}/$name");
			$this->removeEmptyFolders(dirname($name));
		}
	}

	/** Up to the first folder in which something else lies: a language that only we have brought goes with us. */
	private function removeEmptyFolders($folder) {
		while ($folder !== '.' && count(scandir("{$this->crm}/$folder")) === 2) {
			rmdir("{$this->crm}/$folder");
			$folder = dirname($folder);
		}
	}

	private function below($folder) {
		if (!is_dir("{$this->crm}/$folder")) {
			return array();
		}
		$files = array();
		foreach (array_diff(scandir("{$this->crm}/$folder"), array('.', '..')) as $entry) {
			$path = "$folder/$entry";
			$files = array_merge($files, is_dir("{$this->crm}/$path") ? $this->below($path) : array($path));
		}
		return $files;
	}
}
