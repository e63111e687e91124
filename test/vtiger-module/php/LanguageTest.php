<?php

use PHPUnit\Framework\TestCase;

/** Both languages say the same things, and every finding has its words. */
final class LanguageTest extends TestCase {

	const FILES = array('AsteriskConnector.php', 'Settings/AsteriskConnector.php');

	private static function module() {
		return dirname(__DIR__, 3) . '/vtiger-module';
	}

	private static function strings($language, $file) {
		$languageStrings = array();
		$jsLanguageStrings = array();
		require self::module() . "/languages/$language/$file";
		return array($languageStrings, $jsLanguageStrings);
	}

	/** @dataProvider files */
	public function testBothHaveTheSameKeysAndPlaces($file) {
		foreach (array_map(null, self::strings('en_us', $file), self::strings('ru_ru', $file)) as list($english, $russian)) {
			$this->assertSame(array(), array_merge(array_diff_key($english, $russian), array_diff_key($russian, $english)));
			foreach ($english as $key => $text) {
				$this->assertNotSame('', $text, $key);
				$this->assertSame(self::places($text), self::places($russian[$key]), $key);
			}
		}
	}

	public function files() {
		return array_map(function ($file) {
			return array($file);
		}, self::FILES);
	}

	public function testEveryFindingHasItsWordsInBoth() {
		$found = self::findingsInSource();
		$this->assertGreaterThan(30, count($found));
		foreach (array('en_us', 'ru_ru') as $language) {
			list($strings) = self::strings($language, 'Settings/AsteriskConnector.php');
			foreach ($found as list(, $state, $subject, $case)) {
				$this->assertArrayHasKey("CHECK_$subject", $strings);
				$this->assertArrayHasKey("CHECK_{$subject}_$case", $strings);
				if ($state !== 'good') {
					$this->assertArrayHasKey("CHECK_{$subject}_{$case}_CURE", $strings);
				}
			}
		}
	}

	/** Those whose case is a variable are listed by hand. */
	private static function findingsInSource() {
		$source = '';
		foreach (glob(self::module() . '/modules/AsteriskConnector/lib/check/*.php') as $path) {
			$source .= file_get_contents($path);
		}
		preg_match_all("/Finding::(good|warning|fault)\('([A-Z_]+)', '([A-Z_]+)'/", $source, $found, PREG_SET_ORDER);
		$others = array('fault CONNECTION STARTING', 'fault CONNECTION STRANGER', 'fault CLOCK FAST', 'fault CLOCK SLOW', 'fault CRM TOKEN', 'fault CRM URL',
			'fault CRM SERVER_ERROR', 'good PUSH FINE', 'warning PUSH HELD_BACK', 'warning PUSH NOT_PASSED_ON', 'warning PUSH CONNECTOR');
		return array_merge($found, array_map(function ($line) {
			return array_merge(array($line), explode(' ', $line));
		}, $others));
	}

	private static function places($text) {
		preg_match_all('/%(\d\$)?[sd]/', $text, $found);
		sort($found[0]);
		return array_values(array_unique($found[0]));
	}
}
