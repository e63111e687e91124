<?php

require_once __DIR__ . '/Finding.php';

/**
 * SalesPlatform 7.2.0-202008 as its own wizard leaves it: PBXManager calls a class that does not come with it. Each callback then
 * ends with the status 500, although its work is done.
 */
final class AsteriskConnector_PbxManagerCheck {

	/**
	 * @param string $source the text of modules/PBXManager/models/Record.php
	 * @param callable $isKnown class name => whether the CRM has it
	 * @return AsteriskConnector_Finding
	 */
	public static function finding($source, callable $isKnown) {
		$missing = array_values(array_filter(self::called($source), function ($class) use ($isKnown) {
			return !$isKnown($class);
		}));
		return $missing === array()
			? AsteriskConnector_Finding::good('PBXMANAGER', 'FINE')
			: AsteriskConnector_Finding::fault('PBXMANAGER', 'MISSING_CLASS', array(implode(', ', $missing)));
	}

	/**
	 * @param string $source
	 * @return string[] classes of the CRM that it calls; not those in comments or texts
	 */
	public static function called($source) {
		$classes = array();
		$tokens = array_values(array_filter(token_get_all($source), function ($token) {
			return !is_array($token) || !in_array($token[0], array(T_WHITESPACE, T_COMMENT, T_DOC_COMMENT), true);
		}));
		foreach ($tokens as $at => $token) {
			$previous = $at > 0 ? $tokens[$at - 1] : null;
			if (is_array($token) && $token[0] === T_DOUBLE_COLON && is_array($previous) && preg_match('/^\w+_\w+_Model$/', $previous[1]) === 1) {
				$classes[] = $previous[1];
			}
		}
		return array_values(array_unique($classes));
	}
}
