<?php

/**
 * Files of ours that the CRM looks for in PBXManager's folders, where it has none itself. A file that is there already is
 * somebody else's and stays.
 */
class AsteriskConnector_FilesBeside {

	/** In the CRM => in our folder beside/. */
	const FILES = array(
		'modules/PBXManager/uitypes/Asteriskrecording.php' => 'Asteriskrecording.php',
		'layouts/v7/modules/PBXManager/ListViewContents.tpl' => 'ListViewContents.tpl.php',
	);
	/** The first line of what is no PHP: by it a web server shows a browser nothing of the file. */
	const GUARD = "<?php exit; ?>\n";
	const MARK = 'module AsteriskConnector';

	/** @var string */
	private $crm;

	/** @param string $crm the CRM's folder */
	public function __construct($crm) {
		$this->crm = $crm;
	}

	/** @return bool whether the CRM has them all now */
	public function place() {
		$placed = true;
		foreach (self::FILES as $name => $source) {
			$placed = $this->placeOne("{$this->crm}/$name", __DIR__ . "/beside/$source") && $placed;
		}
		return $placed;
	}

	public function remove() {
		foreach (array_keys(self::FILES) as $name) {
			if ($this->isOurs("{$this->crm}/$name")) {
				unlink("{$this->crm}/$name");
				$this->removeIfEmpty(dirname("{$this->crm}/$name"));
			}
		}
	}

	private function placeOne($path, $source) {
		if (is_file($path) && !$this->isOurs($path)) {
			return false;
		}
		if (!is_dir(dirname($path)) && !mkdir(dirname($path), 0755, true)) {
			return false;
		}
		$content = file_get_contents($source);
		$isGuarded = strncmp($content, self::GUARD, strlen(self::GUARD)) === 0;
		$content = $isGuarded ? substr($content, strlen(self::GUARD)) : $content;
		return file_put_contents($path, $content) === strlen($content);
	}

	private function isOurs($path) {
		return is_file($path) && strpos(file_get_contents($path), self::MARK) !== false;
	}

	private function removeIfEmpty($folder) {
		if (count(scandir($folder)) === 2) {
			rmdir($folder);
		}
	}
}
