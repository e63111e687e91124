<?php

$languageStrings = array(
	'AsteriskConnector' => 'Коннектор Asterisk',
	'Asterisk Connector' => 'Коннектор Asterisk',
);
