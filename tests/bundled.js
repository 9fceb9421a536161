/** The package as bundlers make it: pages of tests load in half of the time that 50 modules take. */
import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { build } from 'esbuild';
import { root } from '../scripts/run.mjs';

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Modules that tests know by their path, and that are no entries. */
const MORE = ['callbacks/callbacks', 'wasm/core', 'wasm/inline', 'wasm/inline-oidc'].map(
  (name) => `./pkg/${name}.js`,
);

/**
 * Bundles every entry, with what several have in common in files of their own.
 *
 * @returns {Promise<Map<string, Uint8Array>>} the files by their path, such as `/pkg/index.js`
 */
export async function bundlePackage() {
  const entries = Object.values(exports).map((target) => target.default ?? '');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [...entries, ...MORE].filter((path) => path.endsWith('.js')),
    outbase: '.',
    outdir: '.',
    chunkNames: 'pkg/chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    write: false,
    logLevel: 'warning',
  });
  return new Map(outputFiles.map(({ path, contents }) => [`/${relative(root, path)}`, contents]));
}
