<?php

/**
 * vTiger counts the ids of a table in <table>_seq. Ids that are given back at once leave no trace in it: the counter
 * goes back over those that were ours, as far as nobody took one after us.
 */
class AsteriskConnector_IdSequence {

	/** @var PearDatabase */
	private $database;
	/** @var string */
	private $table;

	/**
	 * @param PearDatabase $database
	 * @param string $table its name comes from our own code, never from a request
	 */
	public function __construct($database, $table) {
		$this->database = $database;
		$this->table = $table;
	}

	/** @return int */
	public function next() {
		return (int) $this->database->getUniqueID($this->table);
	}

	/** @param int[] $ids of rows that are deleted */
	public function giveBack(array $ids) {
		$result = $this->database->pquery('SELECT id FROM ' . $this->table . '_seq', array());
		if ($this->database->num_rows($result) !== 1) {
			return;
		}
		$last = (int) $this->database->query_result($result, 0, 'id');
		$free = self::before($last, $ids);
		if ($free !== $last) {
			$this->database->pquery('UPDATE ' . $this->table . '_seq SET id=? WHERE id=?', array($free, $last));
		}
	}

	/**
	 * The highest id that is not ours, counted down from $last.
	 *
	 * @param int $last
	 * @param int[] $ids
	 * @return int
	 */
	public static function before($last, array $ids) {
		while (in_array($last, $ids, true)) {
			$last--;
		}
		return $last;
	}
}
