<?php
/**
 * Finds the module's own classes: AsteriskConnector_Token stands in lib/Token.php. vTiger's loader looks only for names of three
 * parts and more (AsteriskConnector_Live_Action).
 */
spl_autoload_register(function ($class) {
	$parts = explode('_', $class);
	if (count($parts) !== 2 || $parts[0] !== 'AsteriskConnector' || !ctype_alnum($parts[1])) {
		return;
	}
	$file = __DIR__ . '/' . $parts[1] . '.php';
	if (is_file($file)) {
		require_once $file;
	}
});
