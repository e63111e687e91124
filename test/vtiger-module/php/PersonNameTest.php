<?php

use PHPUnit\Framework\TestCase;

final class PersonNameTest extends TestCase {
	/** @dataProvider names */
	public function testTheCrmShowsWhatWasTyped($typed, $first, $last) {
		$this->assertSame(array($first, $last), AsteriskConnector_PersonName::split($typed));
	}

	public function names() {
		$long = str_repeat('ё', 41);
		return array(
			array('Иван Петров', 'Иван', 'Петров'),
			array("  Анна\tМария  Белова ", 'Анна Мария', 'Белова'),
			array('Петров', '', 'Петров'),
			array('', '', ''),
			array("O'Neill <b>\"&", "O'Neill", '<b>"&'),
			'a first name that is too long for its column' => array("$long Б", '', "$long Б"),
			'a last name that is too long' => array('А ' . str_repeat('я', 90), 'А', str_repeat('я', 80)),
			'no text' => array("\xff\xfe", '', ''),
		);
	}
}
