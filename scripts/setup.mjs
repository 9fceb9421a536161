/**
 * Everything that has to be there before a build or a test, each step only when it is missing.
 */
import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { installDebianPackages, installNpmPackages, isDebian, isUbuntu } from './packages.mjs';
import { Failure } from './run.mjs';
import * as rust from './toolchain.mjs';

/**
 * @param {{ lint?: boolean, browser?: boolean }} [needs] `lint`: clippy and rustfmt; `browser`:
 *   Chromium and its driver
 * @returns {Promise<{
 *   toolchain: rust.Toolchain,
 *   wasmBindgen: { version: string, cli: string, testRunner: string },
 *   browser?: { chromium: string, driver: string },
 * }>}
 */
export async function setup({ lint = false, browser = false } = {}) {
  await installNpmPackages();
  const name = await rust.findToolchain();
  await installDebianPackages([
    ...rust.toolchainPackages(name, { lint }),
    ...(browser ? browserPackages() : []),
  ]);
  const toolchain = rust.describeToolchain(name);
  if (lint) await rust.installLinters(toolchain);
  const wasmBindgen = await rust.installWasmBindgen(toolchain);
  return { toolchain, wasmBindgen, ...(browser && { browser: findBrowser() }) };
}

/** The Debian packages of the browser, where none is found. */
function browserPackages() {
  const { chromium, driver } = locateBrowser();
  if ((chromium && driver) || !isDebian()) return [];
  return isUbuntu()
    ? ['chromium-browser', 'chromium-chromedriver']
    : ['chromium', 'chromium-driver'];
}

/** The browser for the tests. */
function findBrowser() {
  const { chromium, driver } = locateBrowser();
  if (chromium && driver) return { chromium, driver };
  throw new Failure(
    'The tests need Chromium or Chrome, and chromedriver of the same version. Put both on the ' +
      'PATH, or their paths in CHROMIUM and CHROMEDRIVER.',
  );
}

/** Where the browser and its driver are, if anywhere. */
function locateBrowser() {
  return {
    chromium:
      process.env.CHROMIUM ||
      findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ||
      ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'].find(existsSync),
    driver: process.env.CHROMEDRIVER || findProgram('chromedriver'),
  };
}

/** The first of these programs on the PATH. */
function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}
