<?php
/** A PHP script that listens on loopback while a test runs. */
final class LoopbackServer {
	public $port;
	private $process;

	/** @param string[] $arguments of PHP; {port} stands for the port */
	public function __construct(array $arguments) {
		$this->port = self::freePort();
		$command = array_merge(array(PHP_BINARY), str_replace('{port}', (string) $this->port, $arguments));
		$this->process = proc_open($command, array(1 => array('file', '/dev/null', 'w'), 2 => array('file', '/dev/null', 'w')), $pipes);
		for ($tries = 0; $tries < 100 && !($socket = @fsockopen('127.0.0.1', $this->port)); $tries++) {
			usleep(50000);
		}
		fclose($socket);
	}

	public function address() {
		return "http://127.0.0.1:{$this->port}";
	}

	public function stop() {
		proc_terminate($this->process);
		proc_close($this->process);
	}

	public static function freePort() {
		$socket = stream_socket_server('tcp://127.0.0.1:0');
		$port = (int) substr(strrchr(stream_socket_get_name($socket, false), ':'), 1);
		fclose($socket);
		return $port;
	}
}
