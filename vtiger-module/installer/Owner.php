<?php

/**
 * The CRM writes over its own files later on (updates, tabdata.php), so what we add must belong to the same user.
 * root becomes that user before it touches anything.
 */
class AsteriskConnector_Owner {

	/** @param AsteriskConnector_CrmFolder $crm */
	public static function become($crm) {
		$owner = $crm->owner();
		$self = self::self();
		if ($self === 0 && $owner !== 0) {
			self::switchTo($owner);
		} elseif ($self !== null && $self !== $owner) {
			throw self::refusal("{$crm->path()} belongs to " . self::name($owner) . ', and this is run as ' . self::name($self)
				. '. Run it as ' . self::name($owner) . ' or as root: sudo php install.php ...');
		}
		$closed = $crm->notWritable();
		if ($closed !== array()) {
			throw self::refusal('No right to write in ' . $crm->path() . ': ' . implode(', ', $closed));
		}
	}

	/** @return int|null null where PHP was built without posix and cannot tell */
	private static function self() {
		return function_exists('posix_geteuid') ? posix_geteuid() : null;
	}

	private static function switchTo($owner) {
		$account = posix_getpwuid($owner);
		$group = $account === false ? $owner : $account['gid'];
		$name = $account === false ? null : $account['name'];
		$done = posix_setgid($group) && ($name === null || posix_initgroups($name, $group)) && posix_setuid($owner);
		if (!$done) {
			throw self::refusal('root could not become ' . self::name($owner) . ', to whom the CRM belongs.');
		}
	}

	private static function name($user) {
		$account = function_exists('posix_getpwuid') ? posix_getpwuid($user) : false;
		return $account === false ? "user $user" : $account['name'];
	}

	private static function refusal($why) {
		return new AsteriskConnector_Refusal(AsteriskConnector_Refusal::WRONG_USER, $why);
	}
}
