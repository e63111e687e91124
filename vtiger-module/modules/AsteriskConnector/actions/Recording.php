<?php
/** The sound of one call, or in plain words why there is none. */
class AsteriskConnector_Recording_Action extends AsteriskConnector_Endpoint_Model {
	/** By reason, for which the page has its words: the status. */
	const STATUS = array('logged-out' => 403, 'forbidden' => 403, 'missing' => 404, 'not-ready' => 409, 'deleted' => 410,
		'unplayable' => 501, 'unreachable' => 502);

	/** Asked for in process(): a player that is sent to the login page finds HTML and knows not why. */
	public function loginRequired() {
		return false;
	}

	public function checkPermission(Vtiger_Request $request) {
		return true;
	}

	public function process(Vtiger_Request $request) {
		self::releaseSession();
		$reason = $this->send($request);
		if ($reason !== null) {
			AsteriskConnector_JsonAnswer::send(self::STATUS[$reason], array('reason' => $reason));
		}
	}

	/** @return string|null null: the sound is sent */
	private function send(Vtiger_Request $request) {
		if (!self::hasLogin()) {
			return 'logged-out';
		}
		if (!AsteriskConnector::isForUser()) {
			return 'forbidden';
		}
		$isDownload = self::text($request, 'download') === '1';
		$mayDownload = AsteriskConnector_Recording_Model::mayDownload();
		return $isDownload && !$mayDownload ? 'forbidden' : $this->sendSound($request, $isDownload, $mayDownload);
	}

	private function sendSound(Vtiger_Request $request, $isDownload, $mayDownload) {
		$record = self::text($request, 'record');
		$recording = AsteriskConnector_Recording_Model::forCurrentUser($record);
		if (is_string($recording)) {
			return $recording;
		}
		if ($recording->id() === null) {
			return 'missing';
		}
		$gateway = self::gateway();
		if (!$gateway->isConfigured()) {
			return 'unreachable';
		}
		$output = new AsteriskConnector_RecordingOutput($record, $isDownload, $mayDownload);
		$client = AsteriskConnector_ConnectorClient::of($gateway);
		return (new AsteriskConnector_RecordingPass($client, $output))->send($recording->id(), $_SERVER);
	}
}
