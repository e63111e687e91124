<?php

/**
 * What stands in a page for a call's recording: a place for the player, and neither an address nor a player that loads.
 * SalesPlatform hands in an <audio> of its own here; a call without a recording has an empty value.
 *
 * The module AsteriskConnector copies this file to modules/PBXManager/uitypes and removes it there. It needs nothing else of
 * that module, so that PBXManager's pages work whatever becomes of it.
 */
class PBXManager_Asteriskrecording_UIType extends Vtiger_Base_UIType {

	/**
	 * @param mixed $value
	 * @param mixed $record the call's id
	 * @param mixed $recordInstance
	 * @return string
	 */
	public function getDisplayValue($value, $record = false, $recordInstance = false) {
		if (empty($value) || empty($record)) {
			return '';
		}
		return '<span class="asterisk-recording" data-record="' . (int) $record . '"></span>';
	}
}
