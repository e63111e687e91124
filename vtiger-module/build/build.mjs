// npm run build:vtiger-module: dist/vtiger/AsteriskConnector-<version>.zip, for Settings > Module Manager > Import.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { packageFiles, packageVersion } from './package.mjs';
import { zip } from './zip.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const version = packageVersion(root);
const connector = JSON.parse(readFileSync(join(root, '../package.json'), 'utf8')).version;
if (version !== connector) throw new Error(`manifest.xml is of version ${version}, package.json of ${connector}`);

const target = fileURLToPath(new URL(`../../dist/vtiger/AsteriskConnector-${version}.zip`, import.meta.url));
const archive = zip(packageFiles(root));
mkdirSync(join(target, '..'), { recursive: true });
writeFileSync(target, archive);
process.stdout.write(`${target}\nsha256 ${createHash('sha256').update(archive).digest('hex')}\n`);
