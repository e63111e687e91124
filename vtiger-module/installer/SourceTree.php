<?php

/** The module as it lies beside install.php: in a checkout, or in the unpacked zip. */
class AsteriskConnector_SourceTree {

	/** Where vTiger's import puts what the zip has under another name. */
	const PLACES = array('settings/' => 'modules/Settings/AsteriskConnector/');
	const FOLDERS = array('languages', 'layouts', 'modules', 'settings');
	const RESOURCES = 'layouts/v7/modules/AsteriskConnector/resources';

	/** @var string */
	private $root;

	/** @param string $root */
	public function __construct($root) {
		$this->root = $root;
	}

	/** @return SimpleXMLElement */
	public function manifest() {
		return simplexml_load_file("{$this->root}/manifest.xml");
	}

	/** @return array<string, string> path in the CRM => content, in the order of the paths */
	public function files() {
		$files = array();
		foreach (self::FOLDERS as $folder) {
			foreach ($this->below($folder) as $name) {
				$files[self::placeOf($name)] = (string) file_get_contents("{$this->root}/$name");
			}
		}
		$files = $this->bundled($files) + array(AsteriskConnector_OwnFiles::LIST_OF_VERSION => '');
		ksort($files, SORT_STRING);
		$files[AsteriskConnector_OwnFiles::LIST_OF_VERSION] = AsteriskConnector_OwnFiles::GUARD . implode("\n", array_keys($files)) . "\n";
		return $files;
	}

	private static function placeOf($name) {
		foreach (self::PLACES as $in => $out) {
			if (strpos($name, $in) === 0) {
				return $out . substr($name, strlen($in));
			}
		}
		return $name;
	}

	/** A checkout has the page's scripts in many files, and bundle.json says how they make one. The zip has the one. */
	private function bundled(array $files) {
		$list = self::RESOURCES . '/bundle.json';
		if (!isset($files[$list])) {
			return $files;
		}
		$bundle = json_decode($files[$list], true);
		$page = array(
			self::RESOURCES . '/AsteriskConnector.js' => $this->joined($files, $bundle['scripts']),
			self::RESOURCES . '/AsteriskConnector.css' => $this->joined($files, $bundle['styles']),
		);
		$others = array_filter(array_keys($files), function ($name) {
			return preg_match('~^' . self::RESOURCES . '/.*\.(js|css|json)$~', $name) !== 1;
		});
		return $page + array_intersect_key($files, array_flip($others));
	}

	private function joined(array $files, array $names) {
		return implode("\n", array_map(function ($name) use ($files) {
			return $files[self::RESOURCES . "/$name"];
		}, $names));
	}

	private function below($name) {
		if (!is_dir("{$this->root}/$name")) {
			return is_file("{$this->root}/$name") ? array($name) : array();
		}
		$names = array();
		foreach (array_diff(scandir("{$this->root}/$name"), array('.', '..')) as $entry) {
			$names = array_merge($names, $this->below("$name/$entry"));
		}
		return $names;
	}
}
