/** The package as bundlers make it: pages of tests load in half of the time that 50 modules take. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../scripts/run.mjs';

const { exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** A module that tests import and that is no entry. */
const MORE = './pkg/callbacks/callbacks.js';

/**
 * Bundles every entry, with what several have in common in files of their own.
 *
 * @returns {Promise<Map<string, Uint8Array>>} the files by their path, such as `/pkg/index.js`
 */
export async function bundlePackage() {
  const entries = Object.values(exports).map((target) => target.default ?? '');
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [...entries, MORE].filter((path) => path.endsWith('.js')),
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
  return new Map(outputFiles.map(({ path, contents }) => [path.slice(root.length), contents]));
}
