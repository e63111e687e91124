<?php
error_reporting(E_ALL);
require_once __DIR__ . '/../../../vtiger-module/modules/AsteriskConnector/lib/ClassLoading.php';
require_once __DIR__ . '/LoopbackServer.php';
