<?php

/** A folder that is gone after the test. */
final class TemporaryFolder {

	/** @var string */
	public $path;

	/** @param array<string, string> $files name => content */
	public function __construct(array $files = array()) {
		$this->path = realpath(sys_get_temp_dir()) . '/asterisk-module-' . bin2hex(random_bytes(6));
		mkdir($this->path);
		foreach ($files as $name => $content) {
			$this->write($name, $content);
		}
	}

	public function write($name, $content) {
		$path = "{$this->path}/$name";
		if (!is_dir(dirname($path))) {
			mkdir(dirname($path), 0755, true);
		}
		file_put_contents($path, $content);
	}

	/** @return string[] of files and folders, in order */
	public function names() {
		$names = array();
		foreach ($this->each() as $entry) {
			$names[] = substr($entry->getPathname(), strlen($this->path) + 1) . ($entry->isDir() ? '/' : '');
		}
		sort($names);
		return $names;
	}

	public function remove() {
		foreach ($this->each() as $entry) {
			$entry->isDir() ? rmdir($entry->getPathname()) : unlink($entry->getPathname());
		}
		rmdir($this->path);
	}

	private function each() {
		return new RecursiveIteratorIterator(
			new RecursiveDirectoryIterator($this->path, FilesystemIterator::SKIP_DOTS),
			RecursiveIteratorIterator::CHILD_FIRST
		);
	}
}
