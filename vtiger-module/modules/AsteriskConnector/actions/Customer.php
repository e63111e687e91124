<?php
/** Who the other end of a call is. Asked once for each call. */
class AsteriskConnector_Customer_Action extends AsteriskConnector_JsonEndpoint_Model {
	protected function answer(Vtiger_Request $request) {
		$number = AsteriskConnector_Number::clean(self::text($request, 'number'));
		$call = AsteriskConnector_Call_Model::find(self::text($request, 'call'))->ofUser(self::userId(), function () {
			return true;
		});
		$told = self::told($number, AsteriskConnector_Colleague_Model::byExtension(self::text($request, 'number')), $call);
		return AsteriskConnector_JsonAnswer::result($told + array(
			'transferredByName' => AsteriskConnector_Colleague_Model::nameByExtension(self::text($request, 'transferredBy')),
		));
	}

	/** The record's own customer comes first: somebody may have attached another than the number tells. */
	private static function told($number, $colleague, AsteriskConnector_Call_Model $call) {
		if ($colleague !== null && $call->customer() === 0) {
			$customer = AsteriskConnector_Colleague_Model::told($colleague);
			return array('customer' => $customer, 'others' => 0, 'hidden' => false, 'mayCreate' => array());
		}
		$found = array_merge(array($call->customer()), AsteriskConnector_Lookup_Model::records($number, self::userId()));
		$modules = self::modulesOf(array_unique($found));
		$visible = array_filter($modules, function ($module, $record) {
			return AsteriskConnector_Customer_Model::maySee($module, $record);
		}, ARRAY_FILTER_USE_BOTH);
		$isHidden = $visible === array() && $modules !== array();
		return array(
			'customer' => $visible === array() ? null : AsteriskConnector_Customer_Model::told(reset($visible), key($visible)),
			'others' => max(0, count($visible) - 1),
			'hidden' => $isHidden,
			'mayCreate' => $number === '' || $modules !== array() ? array() : AsteriskConnector_Customer_Model::creatable(),
		);
	}

	/** @return string[] by record */
	private static function modulesOf(array $records) {
		$modules = array();
		foreach ($records as $record) {
			$modules[$record] = $record > 0 ? AsteriskConnector_Customer_Model::moduleOf($record) : null;
		}
		return array_filter($modules);
	}
}
