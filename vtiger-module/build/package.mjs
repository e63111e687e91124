import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const RESOURCES = 'layouts/v7/modules/AsteriskConnector/resources';
const LIST_OF_FILES = 'modules/AsteriskConnector/files.php';
/** What goes into the package: what the CRM unpacks, and the installer for those who prefer the command line. */
const CONTENTS = [
  'manifest.xml',
  'README.md',
  'install.php',
  'installer',
  'languages',
  'layouts',
  'modules',
  'settings',
];

/**
 * The files of the package in the order of their names.
 * @param {string} root the folder vtiger-module
 */
export function packageFiles(root) {
  const names = CONTENTS.flatMap((name) => filesBelow(root, name)).filter((name) => !isPageSource(name));
  const files = names.map((name) => ({ name, content: readFileSync(join(root, name)) }));
  const all = [...files, ...bundles(root), { name: LIST_OF_FILES, content: Buffer.alloc(0) }];
  all.sort((a, b) => (a.name < b.name ? -1 : 1));
  return all.map((file) => (file.name === LIST_OF_FILES ? { ...file, content: listOf(all) } : file));
}

/** By it the module removes what an older version of it had: the paths as they are in the CRM. PHP, so that no browser reads it. */
function listOf(files) {
  const placed = files.map(({ name }) => name.replace(/^settings\//, 'modules/Settings/AsteriskConnector/'));
  const inCrm = placed.filter((name) => /^(languages|layouts|modules)\//.test(name)).sort();
  return Buffer.from(`<?php exit; ?>\n${inCrm.join('\n')}\n`);
}

/** @param {string} root */
export function packageVersion(root) {
  const manifest = readFileSync(join(root, 'manifest.xml'), 'utf8');
  const version = /<version>([^<]+)<\/version>/.exec(manifest)?.[1];
  if (version === undefined) throw new Error('manifest.xml names no <version>');
  return version;
}

function filesBelow(root, name) {
  const path = join(root, name);
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if (error.code === 'ENOTDIR') return [name];
    throw error;
  }
  return entries.flatMap((entry) => filesBelow(root, `${name}/${entry.name}`));
}

/** The page's scripts are written in many files and given to the browser in one. */
const isPageSource = (name) => name.startsWith(`${RESOURCES}/`) && /\.(js|css|json)$/.test(name);

function bundles(root) {
  const list = JSON.parse(readFileSync(join(root, RESOURCES, 'bundle.json'), 'utf8'));
  return [bundle(root, 'AsteriskConnector.css', list.styles), bundle(root, 'AsteriskConnector.js', list.scripts)];
}

function bundle(root, name, sources) {
  const texts = sources.map((source) => readFileSync(join(root, RESOURCES, source), 'utf8'));
  return { name: `${RESOURCES}/${name}`, content: Buffer.from(texts.join('\n')) };
}
