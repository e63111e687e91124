<?php
/** The sound of one call, or in plain words why there is none. */
class AsteriskConnector_Recording_Action extends AsteriskConnector_Endpoint_Model {
	/** By problem: the status, the reason that the page is told, and its words. */
	const ANSWERS = array(
		'logged-out' => array(403, 'logged-out', 'LBL_LOGGED_OUT'),
		'forbidden' => array(403, 'forbidden', 'LBL_RECORDING_FORBIDDEN'),
		'no-download' => array(403, 'forbidden', 'LBL_RECORDING_NO_DOWNLOAD'),
		'missing' => array(404, 'missing', 'LBL_RECORDING_MISSING'),
		'not-ready' => array(409, 'not-ready', 'LBL_RECORDING_NOT_READY'),
		'unreachable' => array(502, 'unreachable', 'LBL_RECORDING_UNREACHABLE'),
	);

	/** Asked for in process(): a player that is sent to the login page finds HTML and knows not why. */
	public function loginRequired() {
		return false;
	}

	public function checkPermission(Vtiger_Request $request) {
		return true;
	}

	public function process(Vtiger_Request $request) {
		self::releaseSession();
		$problem = $this->send($request);
		if ($problem !== null) {
			list($status, $reason, $words) = self::ANSWERS[$problem];
			AsteriskConnector_JsonAnswer::send($status, array('reason' => $reason, 'message' => self::message($words)));
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
		return $isDownload && !$mayDownload ? 'no-download' : $this->sendSound($request, $isDownload, $mayDownload);
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
