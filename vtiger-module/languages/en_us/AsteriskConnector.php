<?php

$languageStrings = array(
	'AsteriskConnector' => 'Asterisk Connector',
	'SINGLE_AsteriskConnector' => 'Asterisk Connector',
);

/** What the page's scripts say. */
$jsLanguageStrings = array(
);
