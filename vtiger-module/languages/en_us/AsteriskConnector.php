<?php

$languageStrings = array(
	'AsteriskConnector' => 'Asterisk Connector',
	'SINGLE_AsteriskConnector' => 'Asterisk Connector',
	// What the endpoints say.
	'LBL_NOT_CONFIGURED' => 'PBX Manager is not set up: the administrator must enter the connector\'s address and secret.',
	'LBL_CLICK_UNREACHABLE' => 'The telephone system does not answer.',
	'LBL_CLICK_UNKNOWN' => 'The telephone system did not answer in time. It is not known whether it has placed the call.',
	'LBL_CLICK_REFUSED' => 'The telephone system did not accept this call.',
	'LBL_CLICK_FORBIDDEN' => 'Your profile does not allow you to make calls.',
	'LBL_CLICK_NO_EXTENSION' => 'You have no extension: it is the field "CRM Phone Extension" of your user.',
	'LBL_CLICK_SHARED' => 'Your extension is also that of another user. Ask the administrator.',
	'LBL_CLICK_NO_NUMBER' => 'This is not one telephone number.',
	'LBL_RECEIVE_FORBIDDEN' => 'Your profile does not allow you to receive calls.',
	'LBL_RECORDING_FORBIDDEN' => 'You may not hear this recording.',
	'LBL_LOGGED_OUT' => 'You are logged out. Log in again.',
	'LBL_RECORDING_NO_DOWNLOAD' => 'Your profile does not allow you to download recordings.',
	'LBL_RECORDING_MISSING' => 'There is no recording of this call, or no longer.',
	'LBL_RECORDING_NOT_READY' => 'The recording is not ready yet. Try again in a moment.',
	'LBL_RECORDING_UNREACHABLE' => 'The recordings cannot be reached at the moment.',
	'LBL_SAVE_FORBIDDEN' => 'Your profile does not allow you to create this.',
	'LBL_SAVE_NO_NAME' => 'Enter a name.',
	'LBL_SAVE_NO_NUMBER' => 'There is no number to save.',
	'LBL_SAVE_NO_PHONE_FIELD' => 'Your profile does not allow you to fill in a telephone number here.',
	'LBL_SAVE_MANDATORY' => 'These fields must be filled in: %s.',
	'LBL_SAVE_HIDDEN' => 'This number belongs to a customer whom you may not see.',
	'LBL_LINK_NO_CUSTOMER' => 'This is not a contact, lead or account.',
	'LBL_LINK_FORBIDDEN' => 'You may not see this customer.',
);

/** What the page's scripts say. */
$jsLanguageStrings = array(
);
