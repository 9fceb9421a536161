/**
 * The bundlers and frameworks, installed from `package-lock.json` into a cache folder: they are big,
 * and none of them is needed to build or to use the package.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cache } from '../../../scripts/run.mjs';
import { run } from '../../processes.js';

const here = fileURLToPath(new URL('.', import.meta.url));

/**
 * Installs what the lockfile of a folder names, unless it is there; where it is.
 *
 * @param {string} [from] default: the bundlers and frameworks
 */
export async function installTools(from = here) {
  const lock = await readFile(join(from, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const folder = join(cache, `package-${hash}`);
  if (existsSync(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const unfinished = await mkdtemp(join(cache, 'package-unfinished-'));
  try {
    for (const file of ['package.json', 'package-lock.json']) {
      await cp(join(from, file), join(unfinished, file));
    }
    await run(unfinished, ['npm', 'ci', '--no-audit', '--no-fund', '--ignore-scripts']);
    await rename(unfinished, folder);
  } catch (error) {
    // Another run may have been quicker.
    if (!existsSync(folder)) throw error;
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
  return folder;
}
