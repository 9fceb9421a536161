/**
 * What apps of the documented clients were found to do, in programs of their kind: they compile against
 * the documented clients and against this package, and do the same with it.
 */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../processes.js';
import {
  copyFromPackage,
  createProject,
  openPage,
  provideWorld,
  root,
  serveFolder,
  storedTokens,
  tool,
  world,
} from './support.js';

const MODULES = ['end', 'environment', 'guard', 'index', 'stories', 'unified'];

let project;
provideWorld(async () => {
  project = await createProject('habits', ['projects/drop-in', 'projects/habits']);
});

for (const [what, config] of [
  ['the documented clients', 'tsconfig.json'],
  ['this package', 'tsconfig.paths.json'],
]) {
  test(`they compile against ${what}`, () =>
    run(project, [join(root, 'node_modules/.bin/tsc'), '-p', config]));
}

test('they run', async (t) => {
  const sources = MODULES.map((name) => `${name}.ts`);
  await run(project, [tool('esbuild'), ...sources, '--outdir=.', '--format=esm']);
  await run(project, [tool('vite'), 'build']);
  await copyFromPackage(project, 'callback.html', 'dist');
  const origin = await serveFolder(t, join(project, 'dist'));
  const open = async (t) => {
    const { page } = await openPage(t, origin);
    await page.waitForFunction(() => 'habits' in window);
    return page;
  };

  await t.test('configuration from the environment of a build', async (t) => {
    const page = await open(t);
    const { error, warnings } = await page.evaluate(() => window.habits.environment());
    assert.equal(error, undefined);
    assert.equal(warnings.length, 1, warnings.join('\n'));
    assert.match(warnings[0], /oauthThreshold, serverConfig\.frameTimeout/);
  });

  await t.test('steps and results that are written by hand', async (t) => {
    const page = await open(t);
    assert.deepEqual(await page.evaluate(() => window.habits.stories()), [
      'Sign in: User Name',
      'Login failure',
      'by hand',
      'signed out',
    ]);
  });

  await t.test('the unified configuration, and the end of a session', async (t) => {
    const page = await open(t);
    const user = await page.evaluate(async () => {
      const { createClients, signIn } = window.habits;
      return signIn(await createClients());
    });
    assert.equal(user, 'demo');
    const { accessToken } = await storedTokens(page);
    assert.equal(await page.evaluate(() => window.habits.end()), undefined);
    assert.equal(world.server.control.token(accessToken).active, false);
    assert.equal(await storedTokens(page), null);
  });

  await t.test('a guard that signs in as soon as nobody is', async (t) => {
    const page = await open(t);
    await page.evaluate(async () => {
      const { createClients, signIn, guard } = window.habits;
      window.clients = await createClients();
      await signIn(window.clients);
      guard(window.clients.client);
    });
    const { accessToken } = await storedTokens(page);
    world.server.control.clearRequests();
    const left = page.waitForURL(`${world.server.url}/**`);
    await page.evaluate(() => void window.habits.signOut(window.clients.client));
    await left;
    // Nobody was signed in again by the session that was ending: the provider asks.
    await page.getByLabel('User Name').waitFor();
    assert.equal(world.server.control.token(accessToken).active, false);
    const asked = world.server.control.requests().map(({ path }) => path.split('/').at(-1));
    assert.ok(asked.includes('endSession'), asked.join());
    assert.ok(asked.indexOf('endSession') < asked.indexOf('authorize'), asked.join());
  });
});
