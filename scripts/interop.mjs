/**
 * `npm run interop`: set-up, build, then the tests of the built package with real servers, which are
 * downloaded and configured at the first run. `npm run interop -- --only keycloak` runs some.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { build } from './build.mjs';
import { isMain, main, root, say } from './run.mjs';
import { setup } from './setup.mjs';
import { nodeTests, report, runStage, selected } from './test.mjs';

/** The servers, and how long each usually takes on two cores: at first, and from what was kept. */
const SERVERS = {
  keycloak: 'about 3 minutes; with the download of 170 MB and the set-up, at first, 5',
  openam: 'about 4 minutes; with the downloads of 230 MB and the set-up, at first, 8',
  plain: 'about a minute',
};

/** No file of tests takes as long: one that hangs fails, and the next begins. */
const TIMEOUT = '--test-timeout=480000';

/** Starts a server, runs the tests with it, and ends it, also when they fail or are interrupted. */
async function withServer(name, browsers) {
  say(`${name} usually takes ${SERVERS[name]}`);
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
    const ready = await setup({ browsers: ['Chromium'], java: true });
    const rows = [{ name: 'setup', passed: 0, failed: 0, time: Date.now() - start }];
    rows.push(await runStage('build', () => build(ready)));
    if (rows[1].failed === 0) {
      for (const name of wanted) {
        rows.push(await runStage(name, () => withServer(name, ready.browsers)));
      }
    }
    report(rows);
  });
}
