/** The examples, with the packed package: signing in by a journey and by a redirect, and out. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../processes.js';
import { assertOneWasm, partsIn } from './contents.js';
import {
  assertSignedIn,
  assertSignsOut,
  CLIENT_ID,
  createProject,
  filesIn,
  openPage,
  provideWorld,
  serveProject,
  signIn,
  world,
} from './support.js';

provideWorld();

/** Serves an example as a developer does; the origin. */
async function serveExample(t, project) {
  const command = (port) => [
    'npm',
    'run',
    'dev',
    '--',
    '--host',
    'localhost',
    '--strictPort',
    '--port',
    port,
  ];
  return serveProject(t, project, command, environment());
}

/** What the examples read from `.env`. */
const environment = () => ({
  VITE_WELLKNOWN: world.wellknown,
  VITE_API: `${world.server.url}/api/orders`,
});

/** The parts of the package in an app that others do without. */
const ofFrameworks = (files) =>
  partsIn(files).filter((part) => ['form', 'react', 'state', 'vue'].includes(part));

/** The user's two tabs of an app: signing out in one shows in the other. */
async function assertTabsFollow(page) {
  const other = await page.context().newPage();
  await other.goto(page.url());
  const token = await assertSignedIn(other);
  await assertSignsOut(other, token);
  const again = page.getByRole('button', { name: 'Sign in again' });
  await again.waitFor();
  assert.ok(!(await page.locator('output').allTextContents()).includes('demo'));
  await other.close();
  await again.click();
  await page.getByLabel('User Name').waitFor();
}

/** The requests for tokens since the last look. */
function tokenRequests() {
  const all = world.server.control.requests();
  world.server.control.clearRequests();
  return all.filter(({ method, path }) => method === 'POST' && path.endsWith('/access_token'));
}

/** Goes to the provider's own page, signs in there, and is back. */
async function signInAtProvider(page, origin) {
  await page.getByRole('button', { name: 'Use the provider' }).click();
  await page.waitForURL(`${world.server.url}/**`);
  await page.getByLabel('User Name').fill('demo');
  await page.getByLabel('Password').fill('Ch4ng3it!');
  await page.getByLabel('Password').press('Enter');
  await page.waitForURL(`${origin}/**`);
}

test('examples/form', async (t) => {
  const project = await createProject('form', ['../../examples/form']);
  const origin = await serveExample(t, project);
  await t.test('by a journey, and out in two tabs', async (t) => {
    const { page } = await openPage(t, origin);
    await signIn(page);
    await assertSignedIn(page);
    await assertTabsFollow(page);
  });
  await t.test('built', async () => {
    await run(project, ['npm', 'run', 'build'], environment());
    const files = await filesIn(join(project, 'dist'));
    assertOneWasm(files, 'inline');
    assert.deepEqual(ofFrameworks(files), ['form']);
  });
});

for (const name of ['react', 'vue']) {
  test(`examples/${name}`, async (t) => {
    const folders = [`../../examples/${name}`];
    if (name === 'react') folders.push('projects/strict-mode');
    const project = await createProject(name, folders);
    const ownPage = await readFile(join(project, 'public/callback.html'), 'utf8');
    const page = join(project, 'node_modules/journey-oidc/pkg/callback.html');
    assert.equal(ownPage, await readFile(page, 'utf8'), 'its callback.html is the package’s');
    const origin = await serveExample(t, project);

    await t.test('by the form, with an API, and out in two tabs', async (t) => {
      const { page } = await openPage(t, origin);
      await signIn(page);
      await assertSignedIn(page);
      const orders = page.locator('pre', { hasText: /\S/ });
      await orders.waitFor();
      assert.match(await orders.textContent(), /"sub":"demo".*\/api\/orders/);
      await page.reload();
      await assertSignedIn(page);
      await assertTabsFollow(page);
      await signIn(page);
      await assertSignedIn(page);
    });

    if (name === 'react') {
      await t.test('StrictMode: by a redirect, with one exchange, and out', async (t) => {
        const paths = ['callback.html', 'redirect.html', 'signed-in.html'];
        const redirect_uris = paths.map((path) => `${origin}/${path}`);
        await world.server.control.setClient({ client_id: CLIENT_ID, redirect_uris });
        const { page } = await openPage(t, `${origin}/redirect.html`);
        tokenRequests();
        await signInAtProvider(page, origin);
        const token = await assertSignedIn(page);
        assert.equal(tokenRequests().length, 1, 'one exchange');
        assert.equal(page.url(), `${origin}/redirect.html`, 'a clean address');
        assert.equal(await page.title(), 'Back', 'the appState');
        await assertSignsOut(page, token);
        await page.getByRole('button', { name: 'Sign in again' }).click();
        await page.getByRole('button', { name: 'Use the provider' }).waitFor();
      });

      await t.test('StrictMode runs the callback twice, with one answer', async (t) => {
        const { page } = await openPage(t, `${origin}/signed-in.html`);
        tokenRequests();
        await signInAtProvider(page, origin);
        await page.locator('pre').nth(1).waitFor();
        const answers = await page.locator('pre').allTextContents();
        assert.equal(answers.length, 2);
        assert.ok(JSON.parse(answers[0]).accessToken, answers[0]);
        assert.equal(answers[1], answers[0]);
        assert.equal(tokenRequests().length, 1, 'one exchange');
      });
    }

    await t.test('built', async () => {
      await run(project, ['npm', 'run', 'build'], environment());
      const files = await filesIn(join(project, 'dist'));
      assertOneWasm(files, 'inline');
      assert.deepEqual(ofFrameworks(files), ['form', name, 'state'].sort());
    });
  });
}
