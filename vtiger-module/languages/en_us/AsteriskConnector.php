<?php

$languageStrings = array(
	'AsteriskConnector' => 'Asterisk Connector',
	'SINGLE_AsteriskConnector' => 'Asterisk Connector',
	// What the endpoints say.
	'LBL_NOT_CONFIGURED' => 'PBX Manager is not set up: the administrator must enter the connector\'s address and secret.',
	'LBL_CLICK_REFUSED' => 'The telephone system did not accept this call.',
	'LBL_CLICK_FORBIDDEN' => 'Your profile does not allow you to make calls.',
	'LBL_CLICK_SHARED' => 'Your extension is also that of another user. Ask the administrator.',
	'LBL_CLICK_NO_NUMBER' => 'This is not one telephone number.',
	'LBL_RECEIVE_FORBIDDEN' => 'Your profile does not allow you to receive calls.',
	'LBL_LOGGED_OUT' => 'You are logged out. Log in again.',
	'LBL_SAVE_FORBIDDEN' => 'Your profile does not allow you to create this.',
	'LBL_SAVE_NO_NAME' => 'Enter a name.',
	'LBL_SAVE_NO_NUMBER' => 'There is no number to save.',
	'LBL_SAVE_NO_PHONE_FIELD' => 'Your profile does not allow you to fill in a telephone number here.',
	'LBL_SAVE_MANDATORY' => 'These fields must be filled in: %s.',
	'LBL_SAVE_HIDDEN' => 'This number belongs to a customer whom you may not see.',
	'LBL_LINK_NO_CUSTOMER' => 'This is not a contact, lead or account.',
	'LBL_LINK_FORBIDDEN' => 'You may not see this customer.',
);
