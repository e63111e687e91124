<?php
/** A call of the current user: what he may attach to a customer. */
class AsteriskConnector_OwnCall_Model {
	/** A token for one question. */
	const SECONDS = 60;

	/** @return AsteriskConnector_Call_Model without a record when there is none yet, or it is somebody else's */
	public static function find($id, $userId, AsteriskConnector_Extension_Model $extension, AsteriskConnector_Gateway $gateway) {
		return AsteriskConnector_Call_Model::find($id)->ofUser($userId, function ($id) use ($userId, $extension, $gateway) {
			if (!$gateway->isConfigured() || !$extension->isOwn()) {
				return false;
			}
			$token = AsteriskConnector_Token::sign($extension->number(), $userId, $gateway->secret(), time() + self::SECONDS);
			$client = new AsteriskConnector_ConnectorClient($gateway->address(), $token);
			return (new AsteriskConnector_Snapshot($client->get('/live/calls')))->holds($id);
		});
	}
}
