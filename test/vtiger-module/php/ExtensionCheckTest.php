<?php

use PHPUnit\Framework\TestCase;

require_once dirname(__DIR__, 3) . '/vtiger-module/modules/AsteriskConnector/lib/check/ExtensionCheck.php';

final class ExtensionCheckTest extends TestCase {

	const PATTERN = '^\d{3}$';

	private static function user($name, $extension, array $more = array()) {
		$empty = array_fill_keys(AsteriskConnector_ExtensionCheck::FIELDS, '');
		return $more + array('user_name' => $name, 'status' => 'Active', 'deleted' => '0', 'phone_crm_extension' => $extension) + $empty;
	}

	/** @return array<string, string> name => sentence of what is not good */
	private static function found(array $users, $pattern = self::PATTERN) {
		$found = array();
		foreach ((new AsteriskConnector_ExtensionCheck($users, 'strtoupper'))->findings($pattern) as $finding) {
			$told = $finding->told(function () use ($finding) {
				return $finding->name() === 'WITHOUT_EXTENSION_SOME' ? '%1$d: %2$s' : '%1$s';
			});
			$found += $told['state'] === AsteriskConnector_Finding::GOOD ? array() : array($finding->name() => $told['text']);
		}
		return $found;
	}

	public function testAllIsWell() {
		$this->assertSame(array(), self::found(array(self::user('u101', '101'), self::user('u102', '102'))));
	}

	public function testWhoHasNoneIsNamedUnlessHeIsGone() {
		$users = array(self::user('admin', ''), self::user('nul', null), self::user('blank', '  '), self::user('away', '', array('status' => 'Inactive')),
			self::user('gone', '', array('deleted' => '1')));
		$this->assertSame(array('WITHOUT_EXTENSION_SOME' => '3: admin, nul, blank'), self::found($users));
	}

	public function testTheSameExtensionInAnyFieldOfAnyUser() {
		$users = array(self::user('u101', '101'), self::user('u102', '102', array('phone_mobile' => '101')),
			self::user('u105', '102', array('status' => 'Inactive')), self::user('old', '', array('deleted' => '1', 'status' => 'Inactive', 'phone_fax' => '102')),
			self::user('u103', '103'));
		$this->assertSame(array(
			'DOUBLED_SOME' => '101: u101, u102 (PHONE_MOBILE), 102: u102, u105 (INACTIVE), old (DELETED, INACTIVE, PHONE_FAX)',
		), self::found($users));
	}

	public function testAUsersOwnExtensionAsHisWorkPhoneIsFine() {
		$this->assertSame(array(), self::found(array(self::user('u101', '101', array('phone_work' => '101')))));
	}

	public function testExtensionsOfThoseWhoAreGoneMayBeDoubled() {
		$gone = array('status' => 'Inactive');
		$this->assertSame(array(), self::found(array(self::user('a', '101', $gone), self::user('b', '101', $gone))));
	}

	public function testBlanksAndWhatIsNoExtension() {
		$users = array(self::user('blank', ' 104'), self::user('long', '0104'), self::user('fine', '105'));
		$this->assertSame(array('ODD_EXTENSION_SOME' => 'blank (« 104»), long («0104»)'), self::found($users));
		$this->assertSame(array('ODD_EXTENSION_SOME' => 'blank (« 104»)'), self::found($users, ''));
		$this->assertSame(array('ODD_EXTENSION_SOME' => 'blank (« 104»)'), self::found($users, '('));
		$this->assertSame(array(), self::found(array(self::user('tilde', '10~4')), '^10~4$'));
	}

	public function testAListOfHundredsIsCut() {
		$users = array_map(function ($n) {
			return self::user("u$n", '');
		}, range(1, 20));
		$this->assertStringEndsWith('u15, … +5', self::found($users)['WITHOUT_EXTENSION_SOME']);
	}
}
