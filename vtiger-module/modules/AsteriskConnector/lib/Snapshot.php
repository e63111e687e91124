<?php
/** A user's calls as the connector knows them; docs/live-channel.md. */
final class AsteriskConnector_Snapshot {
	private $ids = array();

	/** @param array|null $answer of AsteriskConnector_ConnectorClient to /live/calls */
	public function __construct($answer) {
		$snapshot = $answer !== null && $answer['status'] === 200 ? json_decode($answer['body'], true) : null;
		foreach (array('calls', 'ended') as $list) {
			$parts = is_array($snapshot) && isset($snapshot[$list]) && is_array($snapshot[$list]) ? $snapshot[$list] : array();
			foreach ($parts as $part) {
				if (is_array($part) && isset($part['id']) && is_string($part['id'])) {
					$this->ids[] = $part['id'];
				}
			}
		}
	}

	/** @param string $id a callUUID */
	public function holds($id) {
		return in_array($id, $this->ids, true);
	}
}
