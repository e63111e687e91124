<?php exit; ?>
{* The module AsteriskConnector places this file in layouts/v7/modules/PBXManager and removes it there. The CRM's own list
   prints each field a second time as it is stored, in the cell's title and data-rawvalue: the address of a recording is left
   out of both. Needs nothing else of that module. *}
{foreach from=$LISTVIEW_ENTRIES item=ASTERISK_CALL}
	{assign var=ASTERISK_RAW value=$ASTERISK_CALL->getRawData()}
	{if is_array($ASTERISK_RAW)}
		{assign var=ASTERISK_CALL value=$ASTERISK_CALL->setRawData(array_merge($ASTERISK_RAW, ['recordingurl' => '']))}
	{/if}
{/foreach}
{include file='ListViewContents.tpl'|vtemplate_path:'Vtiger'}
