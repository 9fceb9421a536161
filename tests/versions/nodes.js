/** Versions of Node besides the one that runs the tests: from the npm registry, which has them for Linux. */
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { output } from '../../scripts/run.mjs';
import { isAtLeast } from '../../scripts/toolchain.mjs';
import { installTools } from '../package/tools/install.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * @typedef {{ major: number, path: string }} Node
 * @returns {Promise<Node[]>} those that run here, in order
 */
export async function installNodes() {
  const folder = await installTools(here);
  return [22, 24]
    .map((major) => ({ major, path: join(folder, `node_modules/node-${major}/bin/node`) }))
    .filter(({ major, path }) => output(path, ['--version'])?.startsWith(`v${major}.`));
}

/**
 * A Node of at least this version: the present one where it will do.
 *
 * @param {string} version
 * @returns {Promise<string | undefined>}
 */
export async function nodeOf(version) {
  const paths = [process.execPath, ...(await installNodes()).map(({ path }) => path)];
  return paths.find((path) => isAtLeast(output(path, ['--version'])?.slice(1) ?? '0', version));
}
