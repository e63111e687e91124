<?php
/** The CRM's database, of answers that a test gives: by a part of the statement its rows, or a function of the parameters that gives them. */
final class PearDatabase {
	/** @var array<string, array|callable> */
	public static $answers = array();
	/** @var array<int, array> statement and parameters, in their order */
	public static $asked = array();
	public $dbName = 'crm';

	public static function getInstance() {
		return new self();
	}

	public function pquery($statement, array $parameters) {
		$statement = preg_replace('/\s+/', ' ', $statement);
		self::$asked[] = array($statement, $parameters);
		foreach (self::$answers as $part => $rows) {
			if (strpos($statement, $part) !== false) {
				return new ArrayIterator(is_callable($rows) ? $rows($parameters) : $rows);
			}
		}
		throw new LogicException("The test has no answer to: $statement");
	}

	public function num_rows(ArrayIterator $result) {
		return count($result);
	}

	public function fetchByAssoc(ArrayIterator $result, $row, $isEncoded) {
		$fetched = $result->current();
		$result->next();
		return $fetched;
	}

	public function query_result(ArrayIterator $result, $row, $name) {
		return $result[$row][$name];
	}

	/** @return array[] the parameters of the statements that hold a part */
	public static function parametersOf($part) {
		$found = array_filter(self::$asked, function ($asked) use ($part) {
			return strpos($asked[0], $part) !== false;
		});
		return array_column($found, 1);
	}
}
