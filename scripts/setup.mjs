/**
 * Everything that has to be there before a build or a test, each step only when it is missing.
 */
import { browserPackages, findBrowsers, installGeckodriver, requireBrowsers } from './browsers.mjs';
import { goPackages, requireGo } from './go.mjs';
import { javaPackages, requireJava } from './java.mjs';
import { installDebianPackages, installNpmPackages } from './packages.mjs';
import * as rust from './toolchain.mjs';

/**
 * @param {{ lint?: boolean, browsers?: import('./browsers.mjs').Kind[], java?: boolean,
 *   go?: boolean }} [needs]
 *   `lint`: clippy and rustfmt; `browsers`: those of the tests, of which only Chromium must be
 *   there; `java`: with Maven; `go`: for the interop tests
 * @returns {Promise<{
 *   toolchain: rust.Toolchain,
 *   wasmBindgen: { version: string, cli: string, testRunner: string },
 *   browsers?: import('./browsers.mjs').Browsers,
 * }>}
 */
export async function setup({ lint = false, browsers = [], java = false, go = false } = {}) {
  await installNpmPackages();
  const name = await rust.findToolchain();
  await installDebianPackages([
    ...rust.toolchainPackages(name, { lint }),
    ...browserPackages(browsers),
    ...(java ? javaPackages() : []),
    ...(go ? goPackages() : []),
  ]);
  const toolchain = rust.describeToolchain(name);
  if (lint) await rust.installLinters(toolchain);
  const wasmBindgen = await rust.installWasmBindgen(toolchain);
  if (java) requireJava();
  if (go) requireGo();
  if (browsers.length === 0) return { toolchain, wasmBindgen };
  if (browsers.includes('Firefox')) await installGeckodriver(toolchain);
  const found = findBrowsers();
  requireBrowsers(found, ['Chromium']);
  return { toolchain, wasmBindgen, browsers: found };
}
