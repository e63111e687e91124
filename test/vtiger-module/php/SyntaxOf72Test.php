<?php

use PHPUnit\Framework\TestCase;

require_once __DIR__ . '/NewerSyntax.php';

/** No PHP 7.2 can be had any more, and CRMs run on it: what came later must not be in the module. */
final class SyntaxOf72Test extends TestCase {

	public function testTheModuleHasNothingNewer() {
		$module = dirname(__DIR__, 3) . '/vtiger-module';
		$found = array();
		$looked = 0;
		foreach (new RecursiveIteratorIterator(new RecursiveDirectoryIterator($module, FilesystemIterator::SKIP_DOTS)) as $file) {
			if ($file->getExtension() === 'php') {
				$looked++;
				foreach (NewerSyntax::in(file_get_contents($file->getPathname())) as $what) {
					$found[] = substr($file->getPathname(), strlen($module) + 1) . ": $what";
				}
			}
		}
		$this->assertSame(array(), $found);
		$this->assertGreaterThan(30, $looked);
	}

	/** @dataProvider newer */
	public function testItIsFound($code, $what) {
		$this->assertSame(array($what), NewerSyntax::in("<?php\n$code"));
	}

	public function newer() {
		return array(
			array('$f = fn ($x) => $x;', 'arrow function (7.4)'),
			array('class A { private int $x; }', 'typed property (7.4)'),
			array('class A { public static ?B $x; }', 'typed property (7.4)'),
			array('$a ??= 1;', '??= (7.4)'),
			array('f($a, $b,);', 'trailing comma in a call (7.3)'),
			array('$this->f($a,);', 'trailing comma in a call (7.3)'),
			array('$a = [...$b];', 'spread in an array (7.4)'),
			array('$a = array_key_first($b);', 'array_key_first (7.3)'),
			array('json_encode(1, JSON_THROW_ON_ERROR);', 'JSON_THROW_ON_ERROR (7.3)'),
			array('$a = str_contains($b, $c);', 'str_contains (8.0)'),
			array('$a = $b?->c;', '?-> (8.0)'),
			array('$a = match($b) { 1 => 2 };', 'match (8.0)'),
		);
	}

	/** @dataProvider older */
	public function testWhat72HasIsNot($code) {
		$this->assertSame(array(), NewerSyntax::in("<?php\n$code"));
	}

	public function older() {
		return array(
			array('class A { private $x; public static $y = array(1, 2,); const Z = [1, 2,]; public function f(?int $a): ?string { return null; } }'),
			array('list($a, , $b,) = $c; [$a, $b,] = $c; f(...$args); $a = $b ?? 1; $x = array("k" => f($a),);'),
			array('class A { public function fn() { return $this->match(1); } }'),
		);
	}
}
