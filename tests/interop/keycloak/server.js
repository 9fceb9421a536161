/** Keycloak on loopback: built and with its database set up once, then started from a copy. */
import { rmSync } from 'node:fs';
import { cp, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { run, say } from '../../../scripts/run.mjs';
import { serve } from '../../processes.js';
import { once } from '../support/cache.js';
import { download, unpack } from '../support/maven.js';
import { freePort } from '../support/server.js';

const VERSION = '26.7.3';

const ADMIN = { username: 'admin', password: 'Adm1n-of-the-tests' };

/** Quicker to start, and the tests don't last long enough for more. */
const JAVA = { JAVA_OPTS_APPEND: '-XX:TieredStopAtLevel=1' };

/** No cluster: nothing listens but on loopback. */
const ALONE = '--cache=local';

/** What says how Keycloak is set up besides its version: another number makes it anew. */
const SETUP = 1;

/** Keycloak with its options built in and an administrator in its database. */
function prepared() {
  return once(`keycloak-${VERSION}-${SETUP}`, async (folder) => {
    const archive = await download(`org.keycloak:keycloak-quarkus-dist:${VERSION}:tar.gz`);
    say(`Setting up Keycloak ${VERSION} (about a minute, once)`);
    await unpack(archive, folder);
    const env = { ...JAVA, PASSWORD: ADMIN.password };
    const keycloak = (...args) => run('bin/kc.sh', args, { cwd: folder, env, minutes: 8 });
    await keycloak('build', '--db=dev-file');
    const admin = [ALONE, `--username=${ADMIN.username}`, '--password:env=PASSWORD', '--no-prompt'];
    await keycloak('bootstrap-admin', 'user', '--optimized', ...admin);
  });
}

/**
 * Starts Keycloak.
 *
 * @returns {Promise<{ address: { url: string, admin: typeof ADMIN }, close(): void }>}
 */
export async function start() {
  const folder = await prepared();
  const data = await mkdtemp(join(tmpdir(), 'keycloak-'));
  const removeData = () => rmSync(data, { recursive: true, force: true, maxRetries: 3 });
  process.once('exit', removeData);
  await cp(join(folder, 'data/h2'), data, { recursive: true });
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const database = `jdbc:h2:file:${data}/keycloakdb;NON_KEYWORDS=VALUE`;
  const plainHttp = ['--http-enabled=true', '--http-host=127.0.0.1', `--http-port=${port}`];
  const options = [ALONE, ...plainHttp, '--hostname-strict=false', `--db-url=${database}`];
  const command = ['bin/kc.sh', 'start', '--optimized', ...options];
  const close = await serve(folder, command, `${url}/realms/master`, JAVA);
  return { address: { url, admin: ADMIN }, close };
}
