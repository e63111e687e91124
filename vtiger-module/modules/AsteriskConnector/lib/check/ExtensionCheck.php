<?php

require_once __DIR__ . '/Finding.php';

/**
 * Who can be told of his calls. PBXManager takes for the owner of a number the first user who has it in any of six fields,
 * exactly as it is written, whether he is active, inactive or deleted.
 */
final class AsteriskConnector_ExtensionCheck {

	const FIELD = 'phone_crm_extension';
	const FIELDS = array('phone_crm_extension', 'phone_work', 'phone_mobile', 'phone_other', 'phone_fax', 'phone_home');
	const SHOWN = 15;

	/** @var array<int, array<string, string>> */
	private $users;

	/** @var callable */
	private $inWords;

	/**
	 * @param array<int, array<string, string>> $users user_name, name, status, deleted and the six fields, of all users there ever were
	 * @param callable $inWords "inactive", "deleted" or a field's name => what the admin reads
	 */
	public function __construct(array $users, callable $inWords) {
		$this->users = $users;
		$this->inWords = $inWords;
	}

	/**
	 * @param string $pattern what the connector takes for an extension, a JavaScript expression; '' when it is not known
	 * @return AsteriskConnector_Finding[]
	 */
	public function findings($pattern) {
		$without = $this->without();
		$doubled = $this->doubled();
		$odd = $this->odd($pattern);
		return array_merge(
			array(
				$without === array()
					? AsteriskConnector_Finding::good('WITHOUT_EXTENSION', 'NONE')
					: AsteriskConnector_Finding::warning('WITHOUT_EXTENSION', 'SOME', array(count($without), self::listed($without))),
				$doubled === array()
					? AsteriskConnector_Finding::good('DOUBLED', 'NONE')
					: AsteriskConnector_Finding::fault('DOUBLED', 'SOME', array(self::listed($doubled))),
			),
			$odd === array() ? array() : array(AsteriskConnector_Finding::fault('ODD_EXTENSION', 'SOME', array(self::listed($odd))))
		);
	}

	private function without() {
		return array_map(array(__CLASS__, 'called'), array_filter($this->atWork(), function ($user) {
			return trim((string) $user[self::FIELD]) === '';
		}));
	}

	/** @return string[] as "101: u101, u104 (inactive, phone_mobile)" */
	private function doubled() {
		$extensions = array_filter(array_unique(array_map(function ($user) {
			return (string) $user[self::FIELD];
		}, $this->atWork())), 'strlen');
		$doubled = array();
		foreach ($extensions as $extension) {
			$holders = $this->holders((string) $extension);
			if (count($holders) > 1) {
				$doubled[] = $extension . ': ' . implode(', ', $holders);
			}
		}
		return $doubled;
	}

	private function holders($number) {
		$holders = array();
		foreach ($this->users as $user) {
			foreach (self::FIELDS as $field) {
				if ((string) $user[$field] === $number) {
					$holders[] = self::called($user) . $this->remark($user, $field);
					break;
				}
			}
		}
		return $holders;
	}

	/** Blanks around it never match what Asterisk sends, nor does what the connector takes for no extension. */
	private function odd($pattern) {
		// Whatever the expression holds, it does not hold its delimiter.
		$expression = "\x01" . $pattern . "\x01u";
		$isUsable = $pattern !== '' && @preg_match($expression, '') !== false;
		$odd = array_filter($this->atWork(), function ($user) use ($isUsable, $expression) {
			$extension = (string) $user[self::FIELD];
			$isWritten = trim($extension) !== '';
			return $isWritten && (trim($extension) !== $extension || ($isUsable && preg_match($expression, $extension) !== 1));
		});
		return array_map(function ($user) {
			return self::called($user) . ' («' . $user[self::FIELD] . '»)';
		}, $odd);
	}

	private function atWork() {
		return array_filter($this->users, function ($user) {
			return $user['status'] === 'Active' && (int) $user['deleted'] === 0;
		});
	}

	private static function called(array $user) {
		return $user['user_name'];
	}

	private function remark(array $user, $field) {
		$remarks = array_filter(array(
			(int) $user['deleted'] === 0 ? '' : 'deleted',
			$user['status'] === 'Active' ? '' : 'inactive',
			$field === self::FIELD ? '' : $field,
		), 'strlen');
		return $remarks === array() ? '' : ' (' . implode(', ', array_map($this->inWords, $remarks)) . ')';
	}

	private static function listed(array $names) {
		$rest = count($names) - self::SHOWN;
		return implode(', ', array_slice(array_values($names), 0, self::SHOWN)) . ($rest > 0 ? ', … +' . $rest : '');
	}
}
