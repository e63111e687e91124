<?php

/** The folder of a CRM: what stands in its files, read without running them. */
class AsteriskConnector_CrmFolder {

	const MARKS = array('vtigerversion.php', 'vtlib/Vtiger/Module.php', 'includes/main/WebUI.php', 'layouts/v7', 'modules/PBXManager/PBXManager.php');
	/** Where files are added or rewritten. */
	const WRITTEN = array('modules', 'modules/Settings', 'layouts/v7/modules', 'layouts/v7/modules/Settings', 'languages', 'languages/en_us',
		'languages/en_us/Settings', 'tabdata.php', 'parent_tabdata.php', 'user_privileges');

	/** @var string */
	private $path;

	/** @param string $path */
	public function __construct($path) {
		$found = realpath($path);
		if ($found === false || !is_dir($found)) {
			throw self::unsupported("$path is not a folder.");
		}
		$this->path = $found;
		foreach (self::MARKS as $mark) {
			if (!file_exists("$found/$mark")) {
				throw self::unsupported("$found is not a vTiger CRM of version 7 or 8: $mark is missing.");
			}
		}
	}

	/** @return string */
	public function path() {
		return $this->path;
	}

	/** @return string as 7.2.0-202008 */
	public function version() {
		$found = preg_match("/vtiger_current_version\s*=\s*'([^']+)'/", $this->text('vtigerversion.php'), $match);
		return $found === 1 ? $match[1] : '';
	}

	/** Whether its install wizard has been to its end. */
	public function isInstalled() {
		$settings = is_file("{$this->path}/config.inc.php") ? $this->text('config.inc.php') : '';
		return strpos($settings, '$dbconfig') !== false && strpos($settings, '_DBC_TYPE_') === false;
	}

	/** @return string where the CRM believes to be: it writes tabdata.php there */
	public function rootDirectory() {
		return preg_match('/^\s*\$root_directory\s*=\s*[\'"]([^\'"]+)/m', $this->text('config.inc.php'), $match) === 1 ? $match[1] : $this->path;
	}

	/** @return int the user to whom the CRM's code belongs */
	public function owner() {
		return (int) fileowner("{$this->path}/modules");
	}

	/** @return string[] what this process may not write */
	public function notWritable() {
		return array_values(array_filter(self::WRITTEN, function ($name) {
			return file_exists("{$this->path}/$name") && !is_writable("{$this->path}/$name");
		}));
	}

	/** @return string[] what to load, in this order, so that the CRM's classes are there; vTiger 8 has composer's loader */
	public function loaders() {
		$first = is_file("{$this->path}/vendor/autoload.php") ? 'vendor/autoload.php' : 'includes/Loader.php';
		return array($first, 'include/utils/utils.php', 'includes/main/WebUI.php', 'vtlib/Vtiger/Package.php');
	}

	private function text($name) {
		return (string) file_get_contents("{$this->path}/$name");
	}

	private static function unsupported($why) {
		return new AsteriskConnector_Refusal(AsteriskConnector_Refusal::NOT_SUPPORTED, $why);
	}
}
