<?php
/** Attaches one of the user's own calls to a customer whom he may see: the record that he clicked, or one that he picked. */
class AsteriskConnector_Link_Action extends AsteriskConnector_JsonEndpoint_Model {
	protected function changesSomething() {
		return true;
	}

	protected function answer(Vtiger_Request $request) {
		$record = self::text($request, 'record');
		$module = ctype_digit($record) ? AsteriskConnector_Customer_Model::moduleOf($record) : null;
		if ($module === null) {
			return self::refusal('record', 'LBL_LINK_NO_CUSTOMER');
		}
		if (!AsteriskConnector_Customer_Model::maySee($module, $record)) {
			return self::refusal('forbidden', 'LBL_LINK_FORBIDDEN');
		}
		$call = AsteriskConnector_OwnCall_Model::find(self::text($request, 'call'), self::userId(), self::extension(), self::gateway());
		return AsteriskConnector_JsonAnswer::result(array('linked' => $call->attach($module, (int) $record)));
	}
}
