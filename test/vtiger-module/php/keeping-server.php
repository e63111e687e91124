<?php
// An HTTP server that keeps its connections, one after the other. Its bodies say which connection and request it was.
$server = stream_socket_server('tcp://127.0.0.1:' . $argv[1]);
for ($connection = 1; $socket = stream_socket_accept($server, 60); $connection++) {
	for ($request = 1; ($line = fgets($socket)) !== false; $request++) {
		$path = explode(' ', $line)[1];
		while (trim((string) fgets($socket)) !== '') {
		}
		$body = "{\"connection\":$connection,\"request\":$request}";
		if ($path === '/drops' || ($path === '/drops-kept' && $request > 1)) {
			break;
		}
		if ($path === '/hangs') {
			sleep(3);
			break;
		}
		if ($path === '/short') {
			fwrite($socket, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n$body");
			break;
		}
		if ($path === '/chunked') {
			fwrite($socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n" . dechex(strlen($body)) . "\r\n$body\r\n0\r\n\r\n");
			continue;
		}
		$more = $path === '/leaves' ? 'HTTP/1.1 200 OK' : '';
		fwrite($socket, "HTTP/1.1 200 OK\r\ncontent-length: " . strlen($body) . "\r\n\r\n$body$more");
		if ($path === '/closes') {
			break;
		}
	}
	fclose($socket);
}
