<?php

/** php install.php /path/to/crm [--check | --uninstall] [--dry-run] */
class AsteriskConnector_Arguments {

	const USAGE = <<<'TEXT'
php install.php /path/to/crm               installs the module, or updates it
php install.php /path/to/crm --check       says whether it is installed as it should be, changes nothing
php install.php /path/to/crm --uninstall   removes the module and all that it has added
php install.php /path/to/crm --dry-run     says what would be done, changes nothing; also with --uninstall

Run it as the user who owns the CRM's files, or as root, who becomes that user.

Exit codes: 0 done; 1 not installed as it should be (--check); 2 wrong arguments; 3 not a CRM, or a version that is not
supported; 4 wrong user; 5 the CRM's database cannot be reached; 6 the CRM failed.
TEXT;

	/** @var string */
	public $path = '';
	/** @var string install, check or uninstall */
	public $work = 'install';
	/** @var bool */
	public $dry = false;

	/** @param string[] $words without the script's name */
	public function __construct(array $words) {
		foreach ($words as $word) {
			$this->take($word);
		}
		if ($this->path === '') {
			throw self::refusal('The path of the CRM is missing.');
		}
	}

	private function take($word) {
		if ($word === '--dry-run') {
			$this->dry = true;
		} elseif ($word === '--check' || $word === '--uninstall') {
			$this->choose(substr($word, 2));
		} elseif (substr($word, 0, 1) === '-') {
			throw self::refusal("Unknown option $word.");
		} elseif ($this->path !== '') {
			throw self::refusal("Two paths: {$this->path} and $word.");
		} else {
			$this->path = $word;
		}
	}

	private function choose($work) {
		if ($this->work !== 'install' && $this->work !== $work) {
			throw self::refusal('--check and --uninstall exclude each other.');
		}
		$this->work = $work;
	}

	private static function refusal($why) {
		return new AsteriskConnector_Refusal(AsteriskConnector_Refusal::USAGE, $why . PHP_EOL . PHP_EOL . self::USAGE);
	}
}
