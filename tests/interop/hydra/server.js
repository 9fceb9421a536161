/** Ory Hydra on loopback, built once from its module, and the login app that it sends users to. */
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { requireGo } from '../../../scripts/go.mjs';
import { duration, run, say } from '../../../scripts/run.mjs';
import { serve } from '../../processes.js';
import { once } from '../support/cache.js';
import { freePort } from '../support/server.js';
import { startLoginApp } from './login-app.js';

const HYDRA = 'github.com/ory/hydra/v2';

/** Where `go.mod` says which Hydra, and `go.sum` what every module of it must be. */
const MODULE = fileURLToPath(new URL('.', import.meta.url));

/** What says how Hydra is built besides its version: another number makes it anew. */
const BUILD = 1;

/** A folder with the program. */
function built() {
  const module = readFileSync(join(MODULE, 'go.mod'), 'utf8');
  const [, version] = new RegExp(`${HYDRA} v(\\S+)`).exec(module);
  return once(`hydra-${version}-${BUILD}`, async (folder) => {
    say(`Building Ory Hydra ${version} (about 2 minutes, once)`);
    const begun = Date.now();
    const env = {
      // With no other Go than the one that is here, and as go.mod and go.sum say.
      GOTOOLCHAIN: 'local',
      GOWORK: 'off',
      GOFLAGS: '-mod=readonly',
      // Its database in memory is SQLite, in C: optimising it would take another 40 seconds.
      CGO_ENABLED: '1',
      CGO_CFLAGS: '-O0',
    };
    const tags = '-tags=sqlite,sqlite_omit_load_extension';
    const args = ['build', tags, '-trimpath', '-ldflags=-s -w', '-o', join(folder, 'hydra'), HYDRA];
    await run(requireGo(), args, { cwd: MODULE, env, minutes: 30 });
    console.log(`Ory Hydra is built (${duration(Date.now() - begun)})`);
  });
}

/**
 * Starts Hydra and the login app, each on an origin of its own, on a site of its own.
 *
 * @returns {Promise<{ address: { url: string, admin: string, login: string }, close(): void }>}
 *   `admin`: Hydra's administration, which takes anybody
 */
export async function start() {
  const folder = await built();
  const [publicPort, adminPort, loginPort] = [await freePort(), await freePort(), await freePort()];
  const url = `http://localhost:${publicPort}`;
  const admin = `http://127.0.0.1:${adminPort}`;
  const login = `http://login.localhost:${loginPort}`;
  const env = {
    DSN: 'memory',
    SQA_OPT_OUT: 'true',
    LOG_LEVEL: 'warn',
    SECRETS_SYSTEM: randomUUID(),
    SERVE_PUBLIC_HOST: '127.0.0.1',
    SERVE_PUBLIC_PORT: String(publicPort),
    SERVE_PUBLIC_CORS_ENABLED: 'true',
    SERVE_ADMIN_HOST: '127.0.0.1',
    SERVE_ADMIN_PORT: String(adminPort),
    URLS_SELF_ISSUER: url,
    URLS_LOGIN: `${login}/login`,
    URLS_CONSENT: `${login}/consent`,
    URLS_LOGOUT: `${login}/logout`,
    URLS_ERROR: `${login}/error`,
    URLS_POST_LOGOUT_REDIRECT: `${login}/signed-out`,
  };
  // The issuer is http.
  const command = ['./hydra', 'serve', 'all', '--dev'];
  const end = await serve(folder, command, `${admin}/health/ready`, env);
  const endLoginApp = await startLoginApp(loginPort, admin);
  const close = () => {
    endLoginApp();
    end();
  };
  return { address: { url, admin, login }, close };
}
