/** The packed package in Next.js: in a server component, and on a page in the browser. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../processes.js';
import { assertNoCore, assertOneWasm, bothParts, CLIENTS, EARLY, partsIn } from './contents.js';
import {
  assertSignedIn,
  assertSignsOut,
  copyFromPackage,
  createProject,
  filesIn,
  loadAgain,
  openPage,
  provideWorld,
  serveProject,
  signIn,
  tool,
} from './support.js';

provideWorld();

test('Next.js', async (t) => {
  const project = await createProject('next', ['projects/next']);
  await copyFromPackage(project, 'callback.html', 'public');
  await run(project, [tool('next'), 'build']);
  assertOneWasm(await filesIn(join(project, '.next/static')), 'inline', 'wasm');
  // A server has no use for it: neither the server components nor the rendering of the others.
  const onServer = await filesIn(join(project, '.next/server'));
  assertOneWasm(onServer);
  assert.ok(!partsIn(onServer).includes('glue'));
  const command = (port) => [tool('next'), 'start', '--hostname', 'localhost', '--port', port];
  const origin = await serveProject(t, project, command);

  await t.test('a server component', async (t) => {
    const { page, loaded } = await openPage(t, origin);
    assert.deepEqual(await page.locator('li').allTextContents(), [
      'unsupported_environment',
      'unsupported_environment',
      'User Name',
      'Name is required',
    ]);
    assert.deepEqual(partsIn(await loaded()), [], 'nothing of it in the browser');
  });

  for (const [path, once] of [
    ['/sign-in', 'inline'],
    ['/url', 'wasm'],
  ]) {
    await t.test(`a page in the browser: ${path}`, async (t) => {
      const { page, loaded } = await openPage(t, origin + path);
      assert.deepEqual(partsIn(await loaded()), EARLY, 'before the first use');
      await signIn(page);
      const token = await assertSignedIn(page);
      const files = await loaded();
      assertNoCore(await loadAgain(page));
      await assertSignsOut(page, token);
      assert.deepEqual(partsIn(files), [...CLIENTS, 'glue', ...bothParts(once)].sort());
      assertOneWasm(files, once);
    });
  }

  await t.test('the bindings, in a server component', async (t) => {
    const html = await (await fetch(`${origin}/bindings`)).text();
    assert.match(html, /<p>One moment<\/p>/);
    const { page } = await openPage(t, `${origin}/bindings`);
    await signIn(page);
    await assertSignedIn(page);
    await page.reload();
    const token = await assertSignedIn(page);
    await assertSignsOut(page, token);
    await page.getByRole('button', { name: 'Sign in again' }).waitFor();
  });
});
