<?php

use PHPUnit\Framework\TestCase;

/** The endpoints' messages: each has its text, and no text is left without a use. */
final class MessageTest extends TestCase {
	public function testEveryMessageHasItsTextAndEveryTextItsUse() {
		$module = dirname(__DIR__, 3) . '/vtiger-module';
		$source = '';
		foreach (glob($module . '/modules/AsteriskConnector/{actions,models}/*.php', GLOB_BRACE) as $path) {
			$source .= file_get_contents($path);
		}
		preg_match_all("/'(LBL_[A-Z_]+)'/", $source, $used);
		$used = array_diff(array_unique($used[1]), self::OF_THE_CRM);
		require "$module/languages/en_us/AsteriskConnector.php";
		$texts = preg_grep('/^LBL_/', array_keys($languageStrings));
		sort($used);
		sort($texts);
		$this->assertSame($texts, $used);
	}

	const OF_THE_CRM = array('LBL_PERMISSION_DENIED', 'LBL_SETTINGS');
}
