<div class="col-sm-12 col-xs-12" id="asteriskConnectorSettings"
	data-checking="{vtranslate('LBL_CHECKING', $QUALIFIED_MODULE)|escape:'html'}"
	data-failed="{vtranslate('LBL_CHECK_FAILED', $QUALIFIED_MODULE)|escape:'html'}"
	data-done="{vtranslate('LBL_CHECK_DONE', $QUALIFIED_MODULE)|escape:'html'}"
	data-good="{vtranslate('LBL_GOOD', $QUALIFIED_MODULE)|escape:'html'}"
	data-warning="{vtranslate('LBL_WARNING', $QUALIFIED_MODULE)|escape:'html'}"
	data-fault="{vtranslate('LBL_FAULT', $QUALIFIED_MODULE)|escape:'html'}"
	data-cure="{vtranslate('LBL_CURE', $QUALIFIED_MODULE)|escape:'html'}">
	<div class="widget_header row">
		<div class="col-sm-8">
			<h4>{vtranslate('AsteriskConnector', $QUALIFIED_MODULE)} <small>{$MODULE_VERSION|escape:'html'}</small></h4>
		</div>
		<div class="col-sm-4">
			<button type="button" class="btn btn-success pull-right" data-again="1">{vtranslate('LBL_CHECK_AGAIN', $QUALIFIED_MODULE)}</button>
		</div>
	</div>
	<hr>
	<p>{vtranslate('LBL_INTRODUCTION', $QUALIFIED_MODULE)} <a class="btn btn-default btn-sm" href="index.php?module=PBXManager&amp;parent=Settings&amp;view=Index">{vtranslate('LBL_PBXMANAGER_SETTINGS', $QUALIFIED_MODULE)}</a></p>
	<p role="status" aria-live="polite" data-progress="1"></p>
	<table class="table table-bordered" aria-label="{vtranslate('LBL_FINDINGS', $QUALIFIED_MODULE)|escape:'html'}">
		<thead>
			<tr>
				<th scope="col" style="width:9em">{vtranslate('LBL_STATE', $QUALIFIED_MODULE)}</th>
				<th scope="col" style="width:22%">{vtranslate('LBL_SUBJECT', $QUALIFIED_MODULE)}</th>
				<th scope="col">{vtranslate('LBL_FOUND', $QUALIFIED_MODULE)}</th>
			</tr>
		</thead>
		<tbody data-findings="1"></tbody>
	</table>
</div>
