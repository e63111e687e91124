<?php
/** An action that answers in JSON, as all do but the one that answers with sound. */
abstract class AsteriskConnector_JsonEndpoint_Model extends AsteriskConnector_Endpoint_Model {
	/** @return array as AsteriskConnector_JsonAnswer makes it */
	abstract protected function answer(Vtiger_Request $request);

	public function process(Vtiger_Request $request) {
		self::releaseSession();
		AsteriskConnector_JsonAnswer::send(200, $this->answer($request));
	}

	protected static function refusal($code, $key) {
		return AsteriskConnector_JsonAnswer::error($code, self::message($key));
	}
}
