<?php

$languageStrings = array(
	'AsteriskConnector' => 'Asterisk Connector',
	'Asterisk Connector' => 'Asterisk Connector',
);
