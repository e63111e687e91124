<?php

/** What Settings > Module Manager offers for this module. */
class AsteriskConnector_Module_Model extends Vtiger_Module_Model {

	/** @return array<int, array<string, string>> */
	public function getSettingLinks() {
		return array(array(
			'linktype' => 'LISTVIEWSETTING',
			'linklabel' => 'LBL_SETTINGS',
			'linkurl' => 'index.php?module=AsteriskConnector&parent=Settings&view=Index',
			'linkicon' => '',
		));
	}

	/** The module has no records, so there is nothing to find, import or number. */
	public function isQuickCreateSupported() {
		return false;
	}
}
