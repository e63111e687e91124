<?php
// Runs under `php -S`: a connector that places clicks and knows one call of whoever asks with a token for extension 104.
header('Content-Type: application/json');
$path = parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH);
$bearer = preg_replace('/^Bearer /', '', getallheaders()['Authorization']);
if ($path === '/makecall' && $_POST['to'] === '999') {
	sleep(3);
} elseif ($path === '/makecall') {
	echo json_encode(array('result' => 'Success', 'click' => 'c-' . $_POST['from']));
} elseif ($path === '/live/calls') {
	$payload = json_decode(base64_decode(strtr(explode('.', $bearer)[1], '-_', '+/')), true);
	echo json_encode(array('calls' => $payload['ext'] === '104' ? array(array('id' => 'mine')) : array(), 'ended' => array()));
}
