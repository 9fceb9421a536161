/** What is downloaded, built or set up once, in the cache folder. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cache } from '../../../scripts/run.mjs';

/** Where downloads and prepared servers are kept. */
const folder = join(cache, 'interop');

/**
 * A folder in the cache that is made once: it has its name when it is complete.
 *
 * @param {string} name with the version of what is in it
 * @param {(draft: string) => Promise<unknown>} make fills the folder, which has another name yet
 * @returns {Promise<string>} its path
 */
export async function once(name, make) {
  const path = join(folder, name);
  if (existsSync(path)) return path;
  await mkdir(join(path, '..'), { recursive: true });
  const draft = await mkdtemp(`${path}.draft-`);
  try {
    await make(draft);
    await rename(draft, path);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    // Another process was faster.
    if (!existsSync(path)) throw error;
  }
  return path;
}
