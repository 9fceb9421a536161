/** Server distributions from Maven's repository, kept in the cache folder. */
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { cache, run, say } from '../../../scripts/run.mjs';

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const MINUTES = 15;

/** Where downloads and prepared servers are kept. */
const folder = join(cache, 'interop');

/**
 * A file of Maven's repository, downloaded once. Maven compares its checksum.
 *
 * @param {string} coordinates `group:artifact:version:type`
 * @returns {Promise<string>} its path
 */
export async function download(coordinates) {
  const [, artifact, version, type] = coordinates.split(':');
  const name = `${artifact}-${version}.${type}`;
  await once(`downloads/${name}.d`, async (draft) => {
    say(`Downloading ${name} (once)`);
    const args = [`-Dartifact=${coordinates}`, `-DoutputDirectory=${draft}`];
    const quiet = ['--batch-mode', '--no-transfer-progress', '--strict-checksums'];
    await run('mvn', [...quiet, COPY, ...args], { cwd: draft, minutes: MINUTES });
  });
  return join(folder, `downloads/${name}.d`, name);
}

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

/** Unpacks a `tar.gz` into a folder, without the folder that all of it is in. */
export async function unpack(archive, into) {
  await run('tar', ['-xzf', archive, '-C', into, '--strip-components=1']);
}
