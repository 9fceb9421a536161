/**
 * Packages: npm's from the lockfile, and Debian's. Installs what is missing, or says how to.
 */

import { existsSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Failure, output, root, run, say } from './run.mjs';

/** Installs the npm packages of the lockfile, unless they are there. */
export async function installNpmPackages() {
  const wanted = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const installed = await readFile(join(root, 'node_modules/.package-lock.json'), 'utf8').catch(
    () => '{}',
  );
  if (sameVersions(wanted.packages, JSON.parse(installed).packages ?? {})) return;
  say('Installing the npm packages');
  await run('npm', ['ci', '--no-audit', '--no-fund']);
}

/**
 * Whether the packages that npm says it installed are those of the lockfile. Optional ones may be
 * absent: they are for other platforms.
 */
export function sameVersions(wanted, installed) {
  const extra = Object.keys(installed).some((path) => !(path in wanted));
  const same = ([path, { version, optional }]) =>
    path in installed ? installed[path].version === version : path === '' || optional;
  return !extra && Object.entries(wanted).every(same);
}

/** Whether this is Debian, Ubuntu or one of theirs. */
export function isDebian() {
  if (!existsSync('/usr/bin/apt-get') || !existsSync('/etc/os-release')) return false;
  return /^ID(_LIKE)?=.*(debian|ubuntu)/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/** Whether this is Ubuntu, which names some packages differently. */
export function isUbuntu() {
  return /^ID=.*ubuntu/m.test(readFileSync('/etc/os-release', 'utf8'));
}

/**
 * Installs the Debian packages that are missing, as root; otherwise fails with the command to run.
 *
 * @param {string[]} packages
 */
export async function installDebianPackages(packages) {
  const missing = packages.filter((name) => !isInstalled(name));
  if (missing.length === 0) return;
  const install = ['apt-get', 'install', '-y', '--no-install-recommends', ...missing];
  if (process.getuid?.() !== 0) {
    throw new Failure(
      `Debian packages are missing. Install them, then repeat this command:\n\n` +
        `  sudo apt-get update && sudo ${install.join(' ')}\n`,
    );
  }
  say(`Installing Debian packages: ${missing.join(' ')}`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '-q'], { env });
  await run('apt-get', ['-q', ...install.slice(1)], { env });
}

/** Whether a Debian package is installed. */
function isInstalled(name) {
  return /^Status: .* installed$/m.test(output('dpkg-query', ['--status', name]) ?? '');
}

/**
 * The newest of Debian's numbered packages `<prefix>-<number>`.
 *
 * @returns {string | undefined}
 */
export function newestDebianPackage(prefix) {
  const found = output('apt-cache', ['search', '--names-only', `^${prefix}-[0-9]+$`]) ?? '';
  const numbers = [...found.matchAll(/^\S+-(\d+) /gm)].map((match) => Number(match[1]));
  return numbers.length > 0 ? `${prefix}-${Math.max(...numbers)}` : undefined;
}
