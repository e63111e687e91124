<?php

require __DIR__ . '/Refusal.php';
require __DIR__ . '/Arguments.php';
require __DIR__ . '/CrmFolder.php';
require __DIR__ . '/Owner.php';
require __DIR__ . '/Database.php';
require __DIR__ . '/SourceTree.php';
require __DIR__ . '/Placing.php';

/** What `php install.php` does, in two parts: before the CRM's code is loaded, and with it. */
class AsteriskConnector_Installer {

	const OLDEST = '7.1.0';
	const TOO_NEW = '9.0.0';

	/** @var string */
	private $here;
	/** @var string[] */
	private $words;
	/** @var AsteriskConnector_Arguments */
	private $arguments;
	/** @var AsteriskConnector_CrmFolder */
	private $crm;
	/** @var AsteriskConnector_Placing */
	private $placing;

	/**
	 * @param string $here the folder of install.php
	 * @param string[] $words the command line
	 */
	public function __construct($here, array $words) {
		$this->here = $here;
		$this->words = array_slice($words, 1);
	}

	public function prepare() {
		if (in_array('--help', $this->words, true)) {
			throw new AsteriskConnector_Refusal(0, AsteriskConnector_Arguments::USAGE);
		}
		$this->arguments = new AsteriskConnector_Arguments($this->words);
		$this->crm = new AsteriskConnector_CrmFolder($this->arguments->path);
		$this->refuseOthers();
		$tree = new AsteriskConnector_SourceTree($this->here);
		$this->placing = new AsteriskConnector_Placing($this->crm->path(), $tree);
		AsteriskConnector_Owner::become($this->crm);
		if ($this->arguments->work !== 'check') {
			$this->placing->refuseClosedFolders();
		}
	}

	/** @return AsteriskConnector_CrmFolder */
	public function crm() {
		return $this->crm;
	}

	/** Once the CRM's code is loaded. */
	public function run() {
		$module = Vtiger_Module::getInstance('AsteriskConnector');
		if ($this->arguments->work === 'check') {
			$this->check($module);
		} elseif ($this->arguments->work === 'uninstall') {
			$this->uninstall($module);
		} else {
			$this->install($module);
		}
	}

	private function refuseOthers() {
		$version = $this->crm->version();
		if (version_compare($version, self::OLDEST, '<') || version_compare($version, self::TOO_NEW, '>=')) {
			throw new AsteriskConnector_Refusal(AsteriskConnector_Refusal::NOT_SUPPORTED,
				"{$this->crm->path()} is vTiger $version. The module is for 7.1 to 8.x, and for SalesPlatform 7.1 to 7.2.");
		}
		if (!$this->crm->isInstalled()) {
			throw new AsteriskConnector_Refusal(AsteriskConnector_Refusal::NOT_SUPPORTED,
				"The CRM in {$this->crm->path()} is not installed yet: go through its own wizard first.");
		}
		if (realpath($this->crm->rootDirectory()) !== $this->crm->path()) {
			throw new AsteriskConnector_Refusal(AsteriskConnector_Refusal::NOT_SUPPORTED,
				"config.inc.php of {$this->crm->path()} says \$root_directory = '{$this->crm->rootDirectory()}': run this inside of the container or chroot in which the CRM runs, or put that setting right.");
		}
	}

	/** @param Vtiger_Module|false $module */
	private function install($module) {
		$changes = $this->placing->changes();
		if ($this->arguments->dry) {
			$this->say(array_merge($changes, array($module ? 'update the module' : 'register the module')));
			return;
		}
		$this->placing->place();
		$package = new Vtiger_Package();
		$package->_modulexml = $this->placing->manifest();
		if ($module) {
			$package->update_Module($module);
		} else {
			$package->import_Module();
		}
		$this->refuseIfMissing($this->missing());
		$this->say(array(count($changes) . ' files changed', $module ? 'module updated' : 'module installed',
			'Next: Settings > Integration > Asterisk Connector tests the connection.'));
	}

	/** @param Vtiger_Module|false $module */
	private function check($module) {
		$faults = array_merge($this->placing->changes(), $this->missing());
		if ($faults !== array()) {
			throw new AsteriskConnector_Refusal(AsteriskConnector_Refusal::NOT_AS_IT_SHOULD_BE, implode(PHP_EOL, $faults));
		}
		$off = vtlib_isModuleActive('AsteriskConnector') ? '' : ', switched off in the Module Manager';
		$this->say(array("installed, version {$module->version}$off"));
	}

	/** @param Vtiger_Module|false $module */
	private function uninstall($module) {
		$present = $this->placing->present();
		if ($this->arguments->dry) {
			$this->say(array_merge(array_map(function ($name) {
				return "remove $name";
			}, $present), $module ? array('unregister the module, drop its table') : array()));
			return;
		}
		if ($module) {
			// The code of this version removes what any version has added; an older or broken one may not know how.
			$this->placing->place();
			$module->delete();
			if ($this->isRegistered()) {
				throw new AsteriskConnector_Refusal(AsteriskConnector_Refusal::CRM_FAILED, 'The CRM has not let go of the module: look into its log.');
			}
		}
		$this->placing->removeAll();
		$this->say(array($module || $present !== array() ? 'removed' : 'was not installed'));
	}

	/** @return string[] in words */
	private function missing() {
		if (!$this->isRegistered()) {
			return array('missing: the module is not registered in the CRM');
		}
		if (!vtlib_isModuleActive('AsteriskConnector')) {
			return array();
		}
		require_once 'modules/AsteriskConnector/lib/install/Registration.php';
		$registration = new AsteriskConnector_Registration(PearDatabase::getInstance(), $this->crm->path());
		return array_map(function ($what) {
			return "missing: $what";
		}, $registration->missing());
	}

	private function refuseIfMissing(array $missing) {
		if ($missing !== array()) {
			throw new AsteriskConnector_Refusal(AsteriskConnector_Refusal::CRM_FAILED,
				'The files are there, but the CRM has not taken all in:' . PHP_EOL . implode(PHP_EOL, $missing));
		}
	}

	/** Asked of the database: vTiger remembers a module that it has deleted. */
	private function isRegistered() {
		$database = PearDatabase::getInstance();
		return $database->num_rows($database->pquery('SELECT 1 FROM vtiger_tab WHERE name=?', array('AsteriskConnector'))) === 1;
	}

	/** @param string[] $lines */
	private function say(array $lines) {
		fwrite(STDOUT, implode(PHP_EOL, $lines) . PHP_EOL);
	}
}
