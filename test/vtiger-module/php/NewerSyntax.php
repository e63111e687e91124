<?php

/** What PHP has only since 7.3, found among the tokens of a file. */
final class NewerSyntax {

	const NAMES = array(
		'array_key_first' => '7.3', 'array_key_last' => '7.3', 'is_countable' => '7.3', 'hrtime' => '7.3', 'JSON_THROW_ON_ERROR' => '7.3',
		'mb_str_split' => '7.4', 'str_contains' => '8.0', 'str_starts_with' => '8.0', 'str_ends_with' => '8.0', 'get_debug_type' => '8.0',
		'array_is_list' => '8.1',
	);

	/**
	 * @param string $source
	 * @return string[]
	 */
	public static function in($source) {
		$tokens = self::tokens($source);
		$found = array();
		foreach (array_keys($tokens) as $at) {
			$found[] = self::at($tokens, $at);
		}
		return array_values(array_unique(array_filter(array_merge($found, self::trailingCommas($tokens)))));
	}

	/** @return array<int, array{0: int|null, 1: string}> without blanks and comments */
	private static function tokens($source) {
		$tokens = array();
		foreach (token_get_all($source) as $token) {
			$token = is_array($token) ? array($token[0], $token[1]) : array(null, $token);
			if (!in_array($token[0], array(T_WHITESPACE, T_COMMENT, T_DOC_COMMENT), true)) {
				$tokens[] = $token;
			}
		}
		return $tokens;
	}

	private static function at(array $tokens, $at) {
		list(, $text) = $tokens[$at];
		$before = $at > 0 ? $tokens[$at - 1][1] : '';
		$after = isset($tokens[$at + 1]) ? $tokens[$at + 1][1] : '';
		$isOwn = !in_array($before, array('->', '::', 'function'), true);
		if ($text === '??=' || $text === '?->') {
			return $text . ($text === '??=' ? ' (7.4)' : ' (8.0)');
		}
		if ($text === '?' && $after === '->') {
			return '?-> (8.0)';
		}
		if ($isOwn && strtolower($text) === 'fn' && $after === '(') {
			return 'arrow function (7.4)';
		}
		if ($isOwn && strtolower($text) === 'match' && $after === '(') {
			return 'match (8.0)';
		}
		if ($text === '...' && in_array($before, array('[', ','), true) && self::isInBrackets($tokens, $at)) {
			return 'spread in an array (7.4)';
		}
		if ($isOwn && isset(self::NAMES[$text])) {
			return "$text (" . self::NAMES[$text] . ')';
		}
		return self::isTypedProperty($tokens, $at) ? 'typed property (7.4)' : null;
	}

	/** private int $x, public static ?B $x: a type stands where a variable or a word of its own should. */
	private static function isTypedProperty(array $tokens, $at) {
		if (!in_array($tokens[$at][0], array(T_PRIVATE, T_PROTECTED, T_PUBLIC), true)) {
			return false;
		}
		$at += isset($tokens[$at + 1]) && $tokens[$at + 1][0] === T_STATIC ? 2 : 1;
		$next = isset($tokens[$at]) ? $tokens[$at] : array(null, '');
		return !in_array($next[0], array(T_VARIABLE, T_FUNCTION, T_CONST, T_STATIC, T_ABSTRACT, T_FINAL), true);
	}

	/** Whether the nearest bracket that is open is a square one. */
	private static function isInBrackets(array $tokens, $at) {
		for ($depth = 0; $at-- > 0;) {
			$text = $tokens[$at][1];
			$depth += in_array($text, array(')', ']', '}'), true) ? 1 : 0;
			if (in_array($text, array('(', '[', '{'), true) && $depth-- === 0) {
				return $text === '[';
			}
		}
		return false;
	}

	private static function trailingCommas(array $tokens) {
		$callers = array();
		$found = array();
		foreach ($tokens as $at => $token) {
			if ($token[1] === '(') {
				$before = $at > 0 ? $tokens[$at - 1] : array(null, '');
				$callers[] = !in_array($before[0], array(T_ARRAY, T_LIST), true);
			} elseif ($token[1] === ')') {
				$isCall = array_pop($callers);
				if ($isCall && $tokens[$at - 1][1] === ',') {
					$found[] = 'trailing comma in a call (7.3)';
				}
			}
		}
		return $found;
	}
}
