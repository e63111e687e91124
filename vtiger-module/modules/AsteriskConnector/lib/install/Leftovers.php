<?php

// The installer brings its own copy of it.
class_exists('AsteriskConnector_OwnFiles', false) || require_once __DIR__ . '/OwnFiles.php';

/**
 * What the CRM leaves behind when it deletes a module: all its files but those in modules/ and an old layout's (and these
 * only from the extension store), its templates as Smarty has compiled them, and its id in the users' privilege files.
 */
class AsteriskConnector_Leftovers {

	const COMPILED = 'test/templates_c/*/*.tpl.php';
	const TEMPLATES = '~modules/(Settings/)?AsteriskConnector/|modules/PBXManager/ListViewContents\.tpl~';
	const PRIVILEGES = 'user_privileges/user_privileges_*.php';
	/** What modules/AsteriskConnector/poll.php keeps for itself. */
	const CACHED = 'cache/asteriskconnector-*';

	/** @var string */
	private $crm;
	/** @var int */
	private $tab;

	/**
	 * @param string $crm the CRM's folder
	 * @param int $tab the module's id
	 */
	public function __construct($crm, $tab) {
		$this->crm = $crm;
		$this->tab = (int) $tab;
	}

	/** When the request is over: until then the CRM may ask for our classes, and still has our rows. */
	public function removeAtEnd() {
		register_shutdown_function(array($this, 'remove'));
	}

	public function remove() {
		// A web server's PHP may stand elsewhere by now.
		chdir($this->crm);
		(new AsteriskConnector_OwnFiles($this->crm))->removeAll();
		foreach (array_merge($this->compiledTemplates(), glob("{$this->crm}/" . self::CACHED)) as $path) {
			unlink($path);
		}
		$this->rewritePrivileges();
	}

	/** Their first lines name the template that they were made from. */
	private function compiledTemplates() {
		return array_filter(glob("{$this->crm}/" . self::COMPILED), function ($path) {
			return preg_match(self::TEMPLATES, file_get_contents($path, false, null, 0, 2000)) === 1;
		});
	}

	private function rewritePrivileges() {
		require_once 'modules/Users/CreateUserPrivilegeFile.php';
		foreach (glob("{$this->crm}/" . self::PRIVILEGES) as $path) {
			if (self::names($this->tab, file_get_contents($path))) {
				createUserPrivilegesfile((int) preg_replace('/\D+/', '', basename($path)));
			}
		}
	}

	/**
	 * @param int $tab
	 * @param string $privileges the text of a user's privilege file
	 * @return bool
	 */
	public static function names($tab, $privileges) {
		return preg_match('/\$profileTabsPermission\s*=\s*array\(([^)]*)\)/', $privileges, $found) === 1
			&& preg_match("/(^|,)\s*'?$tab'?\s*=>/", $found[1]) === 1;
	}
}
