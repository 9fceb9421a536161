/**
 * `npm run interop`: set-up, build, then the tests of the built package with real servers, which are
 * downloaded and configured at the first run. `npm run interop -- --only keycloak` runs some.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { isMain, main, root } from './run.mjs';
import { setup } from './setup.mjs';
import { heading, nodeTests, report, runStage, selected } from './test.mjs';

/**
 * The servers: what each needs, and how long its tests usually take on two cores, from what was kept
 * and at first.
 */
const SERVERS = {
  keycloak: {
    needs: ['java'],
    usually: 'about 3 min; with the download of 170 MB and the set-up, at first, 4',
  },
  openam: {
    needs: ['java'],
    usually: 'about 2 min; with the downloads of 350 MB and the set-up, at first, 3',
  },
  hydra: { needs: ['go'], usually: 'about a minute; with the build, at first, 3' },
  plain: { needs: [], usually: 'less than a minute' },
};

/** No file of tests takes as long: one that hangs fails, and the next begins. */
const TIMEOUT = '--test-timeout=480000';

/** Starts a server, runs the tests with it, and ends it, also when they fail or are interrupted. */
async function withServer(name, browsers) {
  const folder = `tests/interop/${name}`;
  const { start } = await import(pathToFileURL(join(root, folder, 'server.js')).href);
  const server = await start();
  try {
    const env = {
      ...browsers,
      ...server.env,
      [`INTEROP_${name.toUpperCase()}`]: JSON.stringify(server.address),
    };
    return await nodeTests(folder, env, { oneAtATime: true, options: [TIMEOUT] });
  } finally {
    await server.close();
  }
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const start = Date.now();
    const present = Object.keys(SERVERS).filter((name) =>
      existsSync(join(root, 'tests/interop', name)),
    );
    const wanted = selected(present);
    const needs = (what) => wanted.some((name) => SERVERS[name].needs.includes(what));
    const ready = await setup({ browsers: ['Chromium'], java: needs('java'), go: needs('go') });
    const rows = [{ name: 'setup', passed: 0, failed: 0, time: Date.now() - start }];
    const count = wanted.length + 1;
    rows.push(await runStage('build', () => build(ready), heading('build', 1, count)));
    if (rows[1].failed === 0) {
      for (const [index, name] of wanted.entries()) {
        const title = `${index + 2}/${count} ${name}, usually ${SERVERS[name].usually}`;
        rows.push(await runStage(name, () => withServer(name, ready.browsers), title));
      }
    }
    report(rows);
  });
}
