<?php

$languageStrings = array(
	'AsteriskConnector' => 'Коннектор Asterisk',
	'SINGLE_AsteriskConnector' => 'Коннектор Asterisk',
	// What the endpoints say.
	'LBL_NOT_CONFIGURED' => 'PBX Manager не настроен: администратору нужно указать адрес и секретный ключ коннектора.',
	'LBL_CLICK_REFUSED' => 'Телефонная станция не приняла этот вызов.',
	'LBL_CLICK_FORBIDDEN' => 'Ваш профиль не разрешает звонить.',
	'LBL_CLICK_SHARED' => 'Ваш внутренний номер указан и у другого пользователя. Обратитесь к администратору.',
	'LBL_CLICK_NO_NUMBER' => 'Это не один телефонный номер.',
	'LBL_RECEIVE_FORBIDDEN' => 'Ваш профиль не разрешает принимать звонки.',
	'LBL_LOGGED_OUT' => 'Сеанс завершён. Войдите в CRM снова.',
	'LBL_SAVE_FORBIDDEN' => 'Ваш профиль не разрешает это создавать.',
	'LBL_SAVE_NO_NAME' => 'Введите имя.',
	'LBL_SAVE_NO_NUMBER' => 'Нет номера, который можно сохранить.',
	'LBL_SAVE_NO_PHONE_FIELD' => 'Ваш профиль не разрешает заполнять здесь телефон.',
	'LBL_SAVE_MANDATORY' => 'Нужно заполнить поля: %s.',
	'LBL_SAVE_HIDDEN' => 'Этот номер принадлежит клиенту, которого вам не разрешено видеть.',
	'LBL_LINK_NO_CUSTOMER' => 'Это не контакт, не обращение и не контрагент.',
	'LBL_LINK_FORBIDDEN' => 'Вам не разрешено видеть этого клиента.',
);
