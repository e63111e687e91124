<?php
/** The sound of one call, or in plain words why there is none. */
class AsteriskConnector_Recording_Action extends AsteriskConnector_Endpoint_Model {
	const STATUS = array('forbidden' => 403, 'missing' => 404, 'not-ready' => 409, 'unreachable' => 502);
	const MESSAGES = array(
		'forbidden' => 'LBL_RECORDING_FORBIDDEN',
		'missing' => 'LBL_RECORDING_MISSING',
		'not-ready' => 'LBL_RECORDING_NOT_READY',
		'unreachable' => 'LBL_RECORDING_UNREACHABLE',
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
			$words = array('reason' => $problem, 'message' => self::message(self::MESSAGES[$problem]));
			AsteriskConnector_JsonAnswer::send(self::STATUS[$problem], $words);
		}
	}

	/** @return string|null null: the sound is sent */
	private function send(Vtiger_Request $request) {
		$isDownload = self::text($request, 'download') === '1';
		if (!self::hasLogin() || !AsteriskConnector::isForUser()) {
			return 'forbidden';
		}
		$mayDownload = AsteriskConnector_Recording_Model::mayDownload();
		if ($isDownload && !$mayDownload) {
			return 'forbidden';
		}
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

	private static function hasLogin() {
		$user = vglobal('current_user');
		return is_object($user) && !empty($user->id);
	}
}
