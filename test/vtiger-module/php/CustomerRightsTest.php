<?php

use PHPUnit\Framework\TestCase;

/** Which customers a user is shown, may make, and may attach which calls to. */
final class CustomerRightsTest extends TestCase {
	const CUSTOMERS = array('2' => 'Contacts', '5' => 'Leads', '6' => 'Accounts', '40' => 'Vendors');
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
		Crm::$names = array(2 => 'Ann &amp; Co', 5 => 'Lead', 6 => 'Account', 900 => 'New');
		PearDatabase::$answers += array(
			'COUNT(*) AS others FROM vtiger_users' => array(array('others' => '0')),
			'SELECT id FROM vtiger_users' => array(),
			'WHERE p.sourceuuid = ?' => array(),
			'SELECT setype FROM vtiger_crmentity' => function ($parameters) {
				$modules = self::CUSTOMERS + array(900 => 'Contacts');
				return isset($modules[$parameters[0]]) ? array(array('setype' => $modules[$parameters[0]])) : array();
			},
			'LIMIT 20' => array(),
			'GET_LOCK' => array(),
			'RELEASE_LOCK' => array(),
			'l.fnumber = ? AND e.createdtime >= ?' => array(),
			'UPDATE vtiger_pbxmanager' => array(),
		);
	}

	private static function calls(array $users) {
		$rows = array();
		foreach ($users as $record => $user) {
			$rows[] = array('pbxmanagerid' => (string) $record, 'user' => $user, 'customer' => '');
		}
		PearDatabase::$answers['WHERE p.sourceuuid = ?'] = $rows;
	}

	private static function found(array $records) {
		PearDatabase::$answers['LIMIT 20'] = array_map(function ($record) {
			return array('crmid' => (string) $record);
		}, $records);
	}

	/** @dataProvider shown */
	public function testIsShownToWhoMaySeeHim(array $found, array $denied, $label, $others, $isHidden, array $mayCreate) {
		self::found($found);
		Crm::$denied = $denied;
		$told = Crm::answer('Customer', array('number' => '84951112277', 'call' => 'c1'))['result'];
		$this->assertSame($label, $told['customer'] === null ? null : $told['customer']['label']);
		$this->assertSame(array($others, $isHidden, $mayCreate), array($told['others'], $told['hidden'], $told['mayCreate']));
	}

	public function shown() {
		return array(
			'the first of two' => array(array(2, 5), array(), 'Ann & Co', 1, false, array()),
			'the one that he may see' => array(array(2, 5), array('Contacts DetailView 2'), 'Lead', 0, false, array()),
			'none that he may see: his number is not made a customer again' => array(array(2), array('Contacts DetailView 2'), null, 0, true, array()),
			'nobody: what he may create' => array(array(), array('Leads CreateView'), null, 0, false, array('Contacts', 'Accounts')),
			'who is no customer' => array(array(40), array(), null, 0, false, array('Contacts', 'Leads', 'Accounts')),
		);
	}

	/** @dataProvider links */
	public function testACallIsAttachedByWhoseItIs(array $users, $call, $record, array $denied, $others, $linked) {
		self::calls($users);
		Crm::$denied = $denied;
		PearDatabase::$answers['COUNT(*) AS others FROM vtiger_users'] = array(array('others' => $others));
		$answer = Crm::answer('Link', array('call' => $call, 'record' => $record));
		$this->assertSame($linked, $answer['success'] ? $answer['result']['linked'] : $answer['error']['code']);
		$this->assertSame($linked === true ? array(array(2, 'Contacts', 70)) : array(), PearDatabase::parametersOf('UPDATE vtiger_pbxmanager'));
	}

	public function links() {
		return array(
			'his own' => array(array(70 => '8'), 'other', '2', array(), 0, true),
			'his own of two that rang' => array(array(69 => '5', 70 => '8'), 'other', '2', array(), 0, true),
			'nobody\'s yet, but the connector says his' => array(array(70 => ''), 'mine', '2', array(), 0, true),
			'nobody\'s yet, and not his' => array(array(70 => ''), 'other', '2', array(), 0, false),
			'nobody\'s yet, and his extension is a colleague\'s' => array(array(70 => ''), 'mine', '2', array(), 1, false),
			'a colleague\'s' => array(array(70 => '5'), 'mine', '2', array(), 0, false),
			'none' => array(array(), 'mine', '2', array(), 0, false),
			'to whom he may not see' => array(array(70 => '8'), 'mine', '2', array('Contacts DetailView 2'), 0, 'forbidden'),
			'to who is no customer' => array(array(70 => '8'), 'mine', '40', array(), 0, 'record'),
			'to nothing' => array(array(70 => '8'), 'mine', '2 OR 1=1', array(), 0, 'record'),
		);
	}

	private static function save(array $more = array()) {
		return Crm::answer('SaveCustomer', $more + array('modulename' => 'Contacts', 'name' => 'Ann Lee', 'number' => '+7 495 111', 'call' => 'c1'));
	}

	public function testANewCustomerIsMadeAndHisCallAttached() {
		self::calls(array(70 => '8'));
		$this->assertTrue(self::save()['result']['linked']);
		$this->assertSame(array(array('Contacts', array('assigned_user_id' => 8, 'firstname' => 'Ann', 'lastname' => 'Lee', 'phone' => '+7495111'))), Crm::$saved);
		$this->assertSame(array(array(900, 'Contacts', 70)), PearDatabase::parametersOf('UPDATE vtiger_pbxmanager'));
	}

	/** @dataProvider refusals */
	public function testNoCustomerIsMade(array $parameters, callable $crm, $code) {
		$crm();
		$this->assertSame($code, self::save($parameters)['error']['code']);
		$this->assertSame(array(), Crm::$saved);
	}

	public function refusals() {
		$asIs = function () {
		};
		return array(
			'denied by the profile' => array(array(), function () {
				Crm::$denied = array('Contacts CreateView');
			}, 'forbidden'),
			'no customer\'s module' => array(array('modulename' => 'Users'), $asIs, 'modulename'),
			'no name' => array(array('name' => ' '), $asIs, 'name'),
			'no number' => array(array('number' => 'anonymous'), $asIs, 'number'),
			'nowhere to put the number' => array(array(), function () {
				Crm::$hiddenFields = AsteriskConnector_NewCustomer_Model::PHONE_FIELDS;
			}, 'forbidden'),
			'more must be filled in' => array(array(), function () {
				Crm::$mandatory = array('department');
			}, 'mandatory'),
			'made before, and hidden from him' => array(array(), function () {
				PearDatabase::$answers['l.fnumber = ? AND e.createdtime >= ?'] = array(array('crmid' => '2'));
				Crm::$denied = array('Contacts DetailView 2');
			}, 'hidden'),
			'nobody logged in' => array(array(), function () {
				Crm::nobodyIsLoggedIn();
			}, 'logged-out'),
		);
	}
}
