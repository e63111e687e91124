<?php
// Runs under `php -S`: what a browser gets of a recording.
require __DIR__ . '/../../../vtiger-module/modules/AsteriskConnector/lib/RecordingOutput.php';
$output = new AsteriskConnector_RecordingOutput('17', $_SERVER['REQUEST_URI'] === '/download', false);
$output->begin(206, array('content-type' => 'audio/wav', 'content-length' => '4'));
$output->piece('RIFF');
