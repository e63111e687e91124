<?php

/** Why the installer stops: a sentence for the administrator, and its exit code. */
class AsteriskConnector_Refusal extends Exception {

	const NOT_AS_IT_SHOULD_BE = 1;
	const USAGE = 2;
	const NOT_SUPPORTED = 3;
	const WRONG_USER = 4;
	const DATABASE = 5;
	const CRM_FAILED = 6;

	/**
	 * @param int $code
	 * @param string $message
	 */
	public function __construct($code, $message) {
		parent::__construct($message, $code);
	}
}
