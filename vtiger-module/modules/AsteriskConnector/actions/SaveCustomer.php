<?php
/** Makes a contact, lead or account of an unknown number and attaches the call to it, which SalesPlatform's own "Save" does not. */
class AsteriskConnector_SaveCustomer_Action extends AsteriskConnector_JsonEndpoint_Model {
	protected function changesSomething() {
		return true;
	}

	protected function answer(Vtiger_Request $request) {
		$module = self::text($request, 'modulename');
		$name = trim(decode_html(vtlib_purify(self::text($request, 'name'))));
		$number = AsteriskConnector_Number::clean(self::text($request, 'number'));
		$fault = self::faultBefore($module, $name, $number);
		if ($fault !== null) {
			return $fault;
		}
		$call = AsteriskConnector_OwnCall_Model::find(self::text($request, 'call'), self::userId(), self::extension(), self::gateway());
		return (new AsteriskConnector_SavedBefore_Model($number))->alone(function () use ($module, $name, $number, $call) {
			return self::savedBefore($number, $call) ?: self::saveNew($module, $name, $number, $call);
		});
	}

	private static function faultBefore($module, $name, $number) {
		$isCustomer = in_array($module, AsteriskConnector_Customer_Model::MODULES, true);
		if (!$isCustomer) {
			return AsteriskConnector_JsonAnswer::error('modulename', 'modulename: expected Contacts, Leads or Accounts');
		}
		if (!in_array($module, AsteriskConnector_Customer_Model::creatable(), true)) {
			return self::refusal('forbidden', 'LBL_SAVE_FORBIDDEN');
		}
		if ($name === '') {
			return self::refusal('name', 'LBL_SAVE_NO_NAME');
		}
		return $number === '' ? self::refusal('number', 'LBL_SAVE_NO_NUMBER') : null;
	}

	/** @return array|null */
	private static function savedBefore($number, AsteriskConnector_Call_Model $call) {
		$attached = $call->customer();
		$record = $attached > 0 ? $attached : (new AsteriskConnector_SavedBefore_Model($number))->record();
		$module = $record === null ? null : AsteriskConnector_Customer_Model::moduleOf($record);
		if ($module === null) {
			return null;
		}
		if (!AsteriskConnector_Customer_Model::maySee($module, $record)) {
			return self::refusal('hidden', 'LBL_SAVE_HIDDEN');
		}
		return self::saved($module, $record, $attached > 0 || $call->attach($module, $record));
	}

	private static function saveNew($module, $name, $number, AsteriskConnector_Call_Model $call) {
		$customer = new AsteriskConnector_NewCustomer_Model($module);
		$customer->setName($name, self::userId());
		if (!$customer->setNumber($number)) {
			return self::refusal('forbidden', 'LBL_SAVE_NO_PHONE_FIELD');
		}
		$missing = $customer->missing();
		if ($missing !== array()) {
			$words = sprintf(self::message('LBL_SAVE_MANDATORY'), implode(', ', $missing));
			$error = AsteriskConnector_JsonAnswer::error('mandatory', $words);
			$error['error'] += array('fields' => $missing, 'editUrl' => $customer->editUrl());
			return $error;
		}
		try {
			$record = $customer->save();
		} catch (Exception $refused) {
			return AsteriskConnector_JsonAnswer::error('refused', $refused->getMessage());
		}
		return self::saved($module, $record, $call->attach($module, $record));
	}

	private static function saved($module, $record, $isLinked) {
		$customer = AsteriskConnector_Customer_Model::told($module, $record);
		return AsteriskConnector_JsonAnswer::result(array('customer' => $customer, 'linked' => $isLinked));
	}
}
