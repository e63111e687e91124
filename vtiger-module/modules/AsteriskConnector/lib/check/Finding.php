<?php

/** One line of the settings page: what was looked at, how it is, and what to fill into its sentence. */
final class AsteriskConnector_Finding {

	const GOOD = 'good';
	const WARNING = 'warning';
	const FAULT = 'fault';

	/** @var string as CLOCK: the language key of its title is CHECK_CLOCK */
	private $subject;
	/** @var string as FAST: the language keys of the sentence and the cure are CHECK_CLOCK_FAST and CHECK_CLOCK_FAST_CURE */
	private $case;
	/** @var string */
	private $state;
	/** @var array<int, string|int> for sprintf */
	private $values;

	private function __construct($subject, $case, $state, array $values) {
		$this->subject = $subject;
		$this->case = $case;
		$this->state = $state;
		$this->values = $values;
	}

	public static function good($subject, $case, array $values = array()) {
		return new self($subject, $case, self::GOOD, $values);
	}

	public static function warning($subject, $case, array $values = array()) {
		return new self($subject, $case, self::WARNING, $values);
	}

	public static function fault($subject, $case, array $values = array()) {
		return new self($subject, $case, self::FAULT, $values);
	}

	/** @return string as CLOCK_FAST */
	public function name() {
		return $this->subject . '_' . $this->case;
	}

	/**
	 * @param callable $translate key => text, '' for a key that has none
	 * @return array{state: string, title: string, text: string, cure: string}
	 */
	public function told(callable $translate) {
		$key = 'CHECK_' . $this->name();
		return array(
			'state' => $this->state,
			'title' => $translate('CHECK_' . $this->subject),
			'text' => $this->filled($translate($key)),
			'cure' => $this->state === self::GOOD ? '' : $this->filled($translate($key . '_CURE')),
		);
	}

	/** PHP 8 throws where a text has more places than there are values, and others may translate it. */
	private function filled($text) {
		return vsprintf($text, array_pad($this->values, 5, ''));
	}
}
