/** Server distributions from Maven's repository. */
import { join } from 'node:path';
import { run, say } from '../../../scripts/run.mjs';
import { once } from './cache.js';

const COPY = 'org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy';
const MINUTES = 15;

/**
 * A file of Maven's repository, downloaded once. Maven compares its checksum.
 *
 * @param {string} coordinates `group:artifact:version:type`
 * @returns {Promise<string>} its path
 */
export async function download(coordinates) {
  const [, artifact, version, type] = coordinates.split(':');
  const name = `${artifact}-${version}.${type}`;
  const folder = await once(`downloads/${name}.d`, async (draft) => {
    say(`Downloading ${name} (once)`);
    const args = [`-Dartifact=${coordinates}`, `-DoutputDirectory=${draft}`];
    const quiet = ['--batch-mode', '--no-transfer-progress', '--strict-checksums'];
    await run('mvn', [...quiet, COPY, ...args], { cwd: draft, minutes: MINUTES });
  });
  return join(folder, name);
}

/** Unpacks a `tar.gz` into a folder, without the folder that all of it is in. */
export async function unpack(archive, into) {
  await run('tar', ['-xzf', archive, '-C', into, '--strip-components=1']);
}
