#!/usr/bin/env bash
# Installs the module into a running CRM in both ways, uses it, switches it off and on, updates it, removes it, and compares
# every file and every row with before. Takes the CRM for about a minute; nobody else may use it meanwhile.
#
#   CRM_URL=http://127.0.0.1/ CRM_ADMIN=admin CRM_PASSWORD=...   an administrator
#   CRM_TREE=/var/www/crm                                        its folder, as this script sees it
#   CRM_DUMP='mysqldump ... crm'                                 prints its database; see the options that are added below
#   CRM_INSTALL='php vtiger-module/install.php /var/www/crm'     the installer
#   ./leaves-no-trace.sh AsteriskConnector-<version>.zip
set -euo pipefail
: "${CRM_URL:?}" "${CRM_ADMIN:?}" "${CRM_PASSWORD:?}" "${CRM_TREE:?}" "${CRM_DUMP:?}" "${CRM_INSTALL:?}" "${1:?the zip}"
package=$1
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# grep -q would leave curl before its end, which is an error to it.
has() { grep -F -- "$1" >/dev/null; }
ask() { curl -sf -b "$work/jar" -c "$work/jar" -e "$CRM_URL" "$@" "${CRM_URL}index.php"; }
page() { ask -G -d "$1"; }
post() { ask --data-urlencode "__vtrftk=$token" -d "$1"; }
token_of() { grep -o 'csrfMagicToken = "[^"]*"' | sed -n 1p | cut -d'"' -f2; }

log_in() {
  token=$(ask -G | token_of)
  post "module=Users&action=Login&username=$CRM_ADMIN&password=$CRM_PASSWORD" >/dev/null
  token=$(page 'module=Contacts&view=List' | token_of)
}

# Left out: uploads, logs, what Smarty has compiled of the CRM's own templates, who has logged in, and counters of ids that are free.
snapshot() {
  (
    cd "$CRM_TREE"
    skip=(-path ./storage -prune -o -path ./logs -prune -o -path './test/templates_c/v*' -prune -o)
    find . "${skip[@]}" -type f -print0 | sort -z | xargs -0 sha256sum
    find . "${skip[@]}" -printf '%y %m %u:%g %p\n' | sort
  ) >"$work/$1.tree"
  $CRM_DUMP --skip-extended-insert --order-by-primary --skip-comments --single-transaction --no-tablespaces |
    sed -e 's/ AUTO_INCREMENT=[0-9]*//' -e '/^INSERT INTO `vtiger_\(loginhistory\|audit_trial\)`/d' >"$work/$1.sql"
}

compare() {
  snapshot after
  for kind in tree sql; do
    if ! diff "$work/before.$kind" "$work/after.$kind" >"$work/difference"; then
      echo "FAILED $1: the $kind differs" >&2
      grep '^[<>]' "$work/difference" | cut -c1-200 | head -20 >&2
      exit 1
    fi
  done
  if find "$CRM_TREE/test/templates_c" -type f -exec grep -l 'AsteriskConnector' {} + | grep .; then
    echo "FAILED $1: compiled templates are left" >&2
    exit 1
  fi
  echo "$1: $(wc -l <"$work/before.tree") lines about files and $(wc -l <"$work/before.sql") of the database are as before"
}

# $1: Import or Update
by_manager() {
  local name
  name=$(ask -F "__vtrftk=$token" -F module=ModuleManager -F parent=Settings -F view=ModuleImport -F mode=importUserModuleStep2 \
    -F acceptDisclaimer=on -F "moduleZip=@$package;type=application/zip" | grep -o 'usermodule_[0-9]*\.zip' | sed -n 1p)
  local mode=importUserModuleStep3
  if [ "$1" = Update ]; then mode=updateUserModuleStep3; fi
  post "module=ModuleManager&parent=Settings&action=Basic&mode=$mode&module_import_file=$name&module_import_type=extension&module_import_name=AsteriskConnector" |
    has '"success":true'
}
switch() { post "module=ModuleManager&parent=Settings&action=Basic&mode=updateModuleStatus&forModule=$1&updateStatus=$2" | has '"success":true'; }

use() {
  sleep 3 # PHP's opcache looks for changed files every two seconds.
  page 'module=Contacts&view=List' | has 'AsteriskConnector/resources/AsteriskConnector.js'
  page 'module=PBXManager&view=List' >/dev/null
  page 'module=AsteriskConnector&parent=Settings&view=Index' | has asteriskConnectorSettings
  page 'module=AsteriskConnector&parent=Settings&action=Check' | has '"findings"'
  post 'module=AsteriskConnector&action=Preferences&popup=answer&outgoing=1&sound=0' | has '"success":true'
  page 'module=AsteriskConnector&action=Live' | has '"pollUrl"'
  # Leaves files in the CRM's cache folder, whether a connector answers or not.
  curl -s -o /dev/null -H "X-Asterisk-Token: v1.e30.$(printf 'a%.0s' {1..43})" -H 'X-Asterisk-Quiet: 1' "${CRM_URL}modules/AsteriskConnector/poll.php"
}

$CRM_INSTALL --uninstall >/dev/null
log_in
# Whenever a module comes or goes vTiger writes tabdata.php and the like anew; they may have been out of date.
switch PBXManager true
for view in 'module=Contacts&view=List' 'module=PBXManager&view=List'; do page "$view" >/dev/null; done
snapshot before

by_manager Import
use
switch AsteriskConnector false
switch AsteriskConnector true
by_manager Update
use
post 'module=ExtensionStore&parent=Settings&action=Basic&mode=uninstallExtension&extensionName=AsteriskConnector' | has '"success":true'
sleep 1
compare 'Module Manager, removed by the extension store'

$CRM_INSTALL >/dev/null
$CRM_INSTALL --check >/dev/null
use
$CRM_INSTALL >/dev/null
$CRM_INSTALL --uninstall >/dev/null
compare 'install.php'

by_manager Import
use
$CRM_INSTALL --uninstall >/dev/null
compare 'Module Manager, removed by install.php'
