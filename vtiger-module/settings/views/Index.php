<?php

/** Settings > Integration > Asterisk Connector. The page is there at once; its findings come by action=Check. */
class Settings_AsteriskConnector_Index_View extends Settings_Vtiger_Index_View {

	public function process(Vtiger_Request $request) {
		$module = $request->getModule(false);
		$viewer = $this->getViewer($request);
		$viewer->assign('QUALIFIED_MODULE', $module);
		$viewer->assign('MODULE_VERSION', Vtiger_Module::getInstance('AsteriskConnector')->version);
		$viewer->view('Index.tpl', $module);
	}

	/** The page's script is resources/AsteriskConnector.js, which vTiger adds to the settings of a module by its name. */
	public function getPageTitle(Vtiger_Request $request) {
		return vtranslate('AsteriskConnector', $request->getModule(false));
	}
}
