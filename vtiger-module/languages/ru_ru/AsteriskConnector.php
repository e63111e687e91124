<?php

$languageStrings = array(
	'AsteriskConnector' => 'Коннектор Asterisk',
	'SINGLE_AsteriskConnector' => 'Коннектор Asterisk',
);

/** What the page's scripts say. */
$jsLanguageStrings = array(
);
