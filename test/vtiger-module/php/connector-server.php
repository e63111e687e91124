<?php
// Runs under `php -S`: answers as the connector, a redirecting stranger or one that hangs would.
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
if ($path === '/echo') {
	header('Content-Type: application/json');
	$given = array('method' => $_SERVER['REQUEST_METHOD'], 'post' => $_POST, 'headers' => array_change_key_case(getallheaders()));
	echo json_encode($given);
} elseif ($path === '/away') {
	header('Location: /echo', true, 302);
	echo 'elsewhere';
} elseif ($path === '/long') {
	header('Content-Length: 8388608');
	for ($i = 0; $i < 128; $i++) {
		echo str_repeat('x', 65536);
		flush();
	}
} elseif ($path === '/hangs') {
	usleep(2500000);
}
