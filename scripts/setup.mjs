/**
 * Everything that has to be there before a build or a test, each step only when it is missing.
 */
import { browserPackages, findBrowsers, installGeckodriver, requireBrowsers } from './browsers.mjs';
import { installDebianPackages, installNpmPackages } from './packages.mjs';
import * as rust from './toolchain.mjs';

/**
 * @param {{ lint?: boolean, browsers?: boolean }} [needs] `lint`: clippy and rustfmt; `browsers`:
 *   those of the tests, of which only Chromium must be there; see `requireBrowsers`
 * @returns {Promise<{
 *   toolchain: rust.Toolchain,
 *   wasmBindgen: { version: string, cli: string, testRunner: string },
 *   browsers?: import('./browsers.mjs').Browsers,
 * }>}
 */
export async function setup({ lint = false, browsers = false } = {}) {
  await installNpmPackages();
  const name = await rust.findToolchain();
  await installDebianPackages([
    ...rust.toolchainPackages(name, { lint }),
    ...(browsers ? browserPackages() : []),
  ]);
  const toolchain = rust.describeToolchain(name);
  if (lint) await rust.installLinters(toolchain);
  const wasmBindgen = await rust.installWasmBindgen(toolchain);
  if (!browsers) return { toolchain, wasmBindgen };
  await installGeckodriver(toolchain);
  const found = findBrowsers();
  requireBrowsers(found, ['Chromium']);
  return { toolchain, wasmBindgen, browsers: found };
}
