<?php

require_once __DIR__ . '/IdSequence.php';

/**
 * The links by which vTiger puts our script and style on every page. They belong to no module (tabid 0), as PBXManager's own:
 * the links of a module are kept from users whose privilege file was written before the module came.
 */
class AsteriskConnector_PageLinks {

	const RESOURCES = 'layouts/v7/modules/AsteriskConnector/resources/';
	const LABEL = 'AsteriskConnector';
	const TYPES = array('HEADERSCRIPT' => 'AsteriskConnector.js', 'HEADERCSS' => 'AsteriskConnector.css');

	const OURS = ' FROM vtiger_links WHERE tabid=0 AND linklabel=? AND linktype IN (?,?)';

	/** @var PearDatabase */
	private $database;
	/** @var AsteriskConnector_IdSequence */
	private $ids;

	/** @var string */
	private $crm;

	/**
	 * @param PearDatabase $database
	 * @param string $crm the CRM's folder
	 */
	public function __construct($database, $crm) {
		$this->database = $database;
		$this->crm = $crm;
		$this->ids = new AsteriskConnector_IdSequence($database, 'vtiger_links');
	}

	public function add() {
		$this->remove();
		foreach (self::TYPES as $type => $file) {
			$this->database->pquery(
				'INSERT INTO vtiger_links (linkid, tabid, linktype, linklabel, linkurl, linkicon, sequence, handler_path, handler_class, handler)
				VALUES (?,?,?,?,?,?,?,?,?,?)',
				array($this->ids->next(), 0, $type, self::LABEL, $this->address($file), '', 0,
					'modules/AsteriskConnector/AsteriskConnector.php', 'AsteriskConnector', 'isForUser')
			);
		}
	}

	/** vTiger adds only its own version to the address: without ours browsers would keep an older module's script for a while. */
	private function address($file) {
		$path = self::RESOURCES . $file;
		return is_file("{$this->crm}/$path") ? $path . '?m=' . substr(md5_file("{$this->crm}/$path"), 0, 10) : $path;
	}

	public function remove() {
		$ids = $this->present();
		$this->database->pquery('DELETE' . self::OURS, self::values());
		$this->ids->giveBack($ids);
	}

	/** @return bool */
	public function areThere() {
		return count($this->present()) === count(self::TYPES);
	}

	/** @return int[] */
	private function present() {
		$result = $this->database->pquery('SELECT linkid' . self::OURS, self::values());
		$ids = array();
		for ($row = 0; $row < $this->database->num_rows($result); $row++) {
			$ids[] = (int) $this->database->query_result($result, $row, 'linkid');
		}
		return $ids;
	}

	private static function values() {
		return array_merge(array(self::LABEL), array_keys(self::TYPES));
	}
}
