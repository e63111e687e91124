<?php

use PHPUnit\Framework\TestCase;

/** Who is told of which calls, and who may have them placed. */
final class LiveRightsTest extends TestCase {
	/** @var LoopbackServer */
	private static $connector;

	public static function setUpBeforeClass(): void {
		self::$connector = new LoopbackServer(array('-S', '127.0.0.1:{port}', __DIR__ . '/live-connector.php'));
	}

	public static function tearDownAfterClass(): void {
		self::$connector->stop();
	}

	protected function setUp(): void {
		Crm::begin();
		Crm::$gateway['webappurl'] = self::$connector->address();
		PearDatabase::$answers['FROM vtiger_asteriskconnector_preference'] = array(array('popup' => 'answer', 'outgoing' => '1', 'sound' => '0'));
		PearDatabase::$answers['REPLACE INTO vtiger_asteriskconnector_preference'] = array();
		self::others(0);
	}

	private static function others($count) {
		PearDatabase::$answers['COUNT(*) AS others FROM vtiger_users'] = array(array('others' => (string) $count));
	}

	public function testATokenIsOfTheUsersOwnExtensionForTenMinutes() {
		$before = time();
		$live = Crm::answer('Live')['result'];
		$this->assertSame(600, $live['expiresIn']);
		$payload = json_decode(base64_decode(explode('.', $live['token'])[1]), true);
		$this->assertSame(array('ext' => '104', 'user' => 8), array('ext' => $payload['ext'], 'user' => $payload['user']));
		$this->assertEqualsWithDelta($before + 600, $payload['exp'], 2);
		$this->assertSame(AsteriskConnector_Token::sign('104', 8, Crm::SECRET, $payload['exp']), $live['token']);
		$this->assertFalse($live['extensionShared']);
		$this->assertSame(array('id' => 8, 'extension' => '104', 'mayReceive' => true, 'mayCall' => true, 'callsElsewhere' => false,
			'popup' => 'answer', 'outgoing' => true, 'sound' => false), $live['user']);
		$this->assertStringNotContainsString(Crm::SECRET, json_encode($live));
	}

	/** @dataProvider withoutToken */
	public function testNoToken(callable $crm, $isShared, $popup) {
		$crm();
		$live = Crm::answer('Live')['result'];
		$this->assertNull($live['token']);
		$this->assertSame(300, $live['expiresIn']);
		$this->assertSame($isShared, $live['extensionShared']);
		$this->assertSame($popup, $live['user']['popup']);
	}

	public function withoutToken() {
		$of = function ($number) {
			return function () use ($number) {
				Crm::$user['phone_crm_extension'] = $number;
			};
		};
		return array(
			'a colleague has the extension' => array(function () {
				self::others(1);
			}, true, 'answer'),
			'it cannot be counted who has it' => array(function () {
				PearDatabase::$answers['COUNT(*) AS others FROM vtiger_users'] = array();
			}, true, 'answer'),
			'the profile denies receiving' => array(function () {
				Crm::$denied = array('PBXManager ReceiveIncomingCalls');
			}, false, 'never'),
			'the profile denies it under the first of two ids' => array(function () {
				Crm::$actions = array(11 => 1, 12 => 0);
			}, false, 'never'),
			'no extension' => array($of(''), false, 'answer'),
			'no such extension' => array($of('10 4'), false, 'answer'),
			'PBXManager without an address' => array(function () {
				Crm::$gateway['webappurl'] = '';
			}, false, 'answer'),
			'PBXManager without a secret' => array(function () {
				Crm::$gateway['vtigersecretkey'] = '';
			}, false, 'answer'),
		);
	}

	public function testTheOthersAreCountedWithoutBlanksAndWithoutHimself() {
		Crm::$user['phone_crm_extension'] = ' 102 ';
		Crm::answer('Live');
		$this->assertSame(array(array('102', 8)), PearDatabase::parametersOf('TRIM(phone_crm_extension) = ? AND id <> ?'));
	}

	public function testWhoMayNotReceiveSaysSo() {
		Crm::$denied = array('PBXManager ReceiveIncomingCalls');
		$this->assertFalse(Crm::answer('Live')['result']['user']['mayReceive']);
	}

	public function testAnAdministratorHasNoProfile() {
		Crm::$actions = array(11 => 1, 12 => 1);
		Crm::$user['id'] = '1';
		$user = Crm::answer('Live')['result']['user'];
		$this->assertSame(array(true, true), array($user['mayReceive'], $user['mayCall']));
	}

	public function testWhatHeDoesNotChooseIsNotKeptForHim() {
		Crm::$denied = array('PBXManager ReceiveIncomingCalls');
		$answer = Crm::answer('Preferences', array('popup' => 'never', 'outgoing' => '0', 'sound' => '0'));
		$this->assertSame('forbidden', $answer['error']['code']);
		$this->assertSame(array(), PearDatabase::parametersOf('REPLACE INTO'));
	}

	public function testNobodyLoggedInIsToldNothing() {
		Crm::nobodyIsLoggedIn();
		$this->assertSame('logged-out', Crm::answer('Live')['error']['code']);
	}

	public function testWhomTheProfileDeniesTheModuleIsRefused() {
		Crm::$denied = array('AsteriskConnector');
		$this->expectException(AppException::class);
		Crm::answer('Live');
	}

	public function testAClickIsPlacedFromTheUsersOwnExtension() {
		$this->assertSame(array('placed' => true, 'click' => 'c-104'), Crm::answer('Click', array('number' => '+7 (495) 111-22-77'))['result']);
	}

	public function testWhoIsToldOfNoCallsHasNoClickToFollow() {
		Crm::$denied = array('PBXManager ReceiveIncomingCalls');
		$this->assertSame(array('click' => null, 'placed' => true), Crm::answer('Click', array('number' => '112'))['result']);
	}

	/** @dataProvider refusedClicks */
	public function testAClickThatIsNotPlaced(callable $crm, $number, $reason, $message) {
		$crm();
		$said = Crm::answer('Click', array('number' => $number))['result'];
		$words = $message === null ? array() : array('message' => $message);
		$this->assertSame(array('placed' => false, 'reason' => $reason) + $words, $said);
	}

	public function refusedClicks() {
		$asIs = function () {
		};
		return array(
			'denied by the profile' => array(function () {
				Crm::$denied = array('PBXManager MakeOutgoingCalls');
			}, '112', 'refused', 'LBL_CLICK_FORBIDDEN'),
			'denied under the first of two ids' => array(function () {
				Crm::$actions = array(11 => 0, 12 => 1);
			}, '112', 'refused', 'LBL_CLICK_FORBIDDEN'),
			'from a colleague\'s telephone' => array(function () {
				self::others(1);
			}, '112', 'refused', 'LBL_CLICK_SHARED'),
			'no extension' => array(function () {
				Crm::$user['phone_crm_extension'] = '';
			}, '112', 'no-extension', null),
			'two numbers' => array($asIs, '112 or 113', 'refused', 'LBL_CLICK_NO_NUMBER'),
			'nobody there' => array(function () {
				Crm::$gateway['webappurl'] = 'http://127.0.0.1:' . LoopbackServer::freePort();
			}, '112', 'unreachable', null),
			'asked, but not answered in time' => array($asIs, '999', 'unknown', null),
			'not set up' => array(function () {
				Crm::$gateway['webappurl'] = '';
			}, '112', 'refused', 'LBL_NOT_CONFIGURED'),
		);
	}
}
