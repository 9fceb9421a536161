/** `journey-oidc/react` and `journey-oidc/vue`: rendered by a server, hydrated, and used in StrictMode. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { build } from 'esbuild';
import {
  assertSignedIn,
  assertSignsOut,
  copyFromPackage,
  createProject,
  openPage,
  provideWorld,
  serveFolder,
  signIn,
  world,
} from './support.js';

let project;

provideWorld(async () => {
  project = await createProject('bindings', ['projects/bindings']);
});

const PAGES = ['form', 'own', 'signed-in', 'hooks'];

/** Each framework, in the oldest and the newest version that is supported. */
const FRAMEWORKS = {
  'React 18': { name: 'react', alias: { react: 'react-18', 'react-dom': 'react-dom-18' } },
  'React 19': { name: 'react', alias: {} },
  'Vue 3.4': { name: 'vue', alias: { vue: 'vue-3.4' } },
  'Vue 3.5': { name: 'vue', alias: {} },
};

/** Bundles the server and the client of an app with a framework's warnings; where the pages are. */
async function buildApp(title, { name, alias }) {
  const dist = join(project, title.replaceAll(/\W/g, '-'));
  const extension = name === 'react' ? 'jsx' : 'js';
  const shared = {
    absWorkingDir: project,
    bundle: true,
    format: 'esm',
    target: 'es2022',
    jsx: 'automatic',
    alias,
    define: {
      'process.env.NODE_ENV': '"development"',
      __VUE_OPTIONS_API__: 'true',
      __VUE_PROD_DEVTOOLS__: 'false',
      __VUE_PROD_HYDRATION_MISMATCH_DETAILS__: 'true',
    },
    logLevel: 'error',
  };
  const server = join(dist, 'server/server.mjs');
  const banner = `import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);`;
  await Promise.all([
    build({
      ...shared,
      entryPoints: { client: `${name}-client.${extension}` },
      outdir: dist,
      splitting: true,
    }),
    build({
      ...shared,
      entryPoints: [`${name}-server.${extension}`],
      outfile: server,
      platform: 'node',
      banner: { js: banner },
    }),
  ]);
  const { bare, render } = await import(pathToFileURL(server).href);
  const missing = name === 'react' ? '<SignInProvider>' : 'app.use(signInPlugin';
  const [signIn, token, fetch, guard] = await bare();
  assert.ok(signIn.startsWith('useSignIn() needs ') && signIn.includes(missing), signIn);
  assert.ok(token.startsWith('useToken() needs ') && token.includes(missing), token);
  assert.ok(fetch.startsWith('useFetch() needs ') && fetch.includes(missing), fetch);
  assert.ok(guard.includes(missing), guard);
  for (const page of PAGES) {
    const html = await render(page);
    assert.match(html, /<p id="late">loading<\/p>/);
    assert.match(html, /<p>One moment<\/p>/);
    await writeFile(join(dist, `${page}.html`), documentOf(page, html));
  }
  await copyFromPackage(project, 'callback.html', dist.slice(project.length + 1));
  return dist;
}

const documentOf = (page, html) => `<!doctype html>
<html lang="en">
  <head><meta charset="utf-8"><link rel="icon" href="data:,"><title>${page}</title></head>
  <body>
    <div id="app" data-page="${page}">${html}</div>
    <script type="module" src="/client.js"></script>
  </body>
</html>`;

/** AM's answer to a wrong password. */
const REFUSED = /status of 401 .*\/authenticate/;

/** How many requests of journeys there were. */
const steps = () =>
  world.server.control
    .requests()
    .filter(({ method, path }) => method === 'POST' && path.endsWith('/authenticate')).length;

for (const [title, framework] of Object.entries(FRAMEWORKS)) {
  test(title, async (t) => {
    const origin = await serveFolder(t, await buildApp(title, framework));

    await t.test('the form: hydrated, filled in, refused, accepted', async (t) => {
      const { page } = await openPage(t, `${origin}/form.html`, { expected: REFUSED });
      await page.getByLabel('User Name').fill('demo');
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('Login failure').waitFor();
      await signIn(page);
      await assertSignedIn(page);
      assert.equal(await page.locator('pre').textContent(), 'step failure step success');
      await page.reload();
      // The form is there again, and gets new tokens by the session.
      await page.locator('pre', { hasText: 'success' }).waitFor();
      const token = await assertSignedIn(page);
      await page.evaluate(() => globalThis.hydrateLate());
      await page.locator('#late', { hasText: 'signed-in' }).waitFor();
      await assertSignsOut(page, token);
      await page.getByRole('button', { name: 'Sign in again' }).waitFor();
    });

    await t.test('a journey with own fields: started once', async (t) => {
      world.server.control.clearRequests();
      const { page } = await openPage(t, `${origin}/own.html`, { expected: REFUSED });
      await page.getByRole('button', { name: 'Sign in', disabled: false }).waitFor();
      assert.equal(steps(), 1);
      await page.getByLabel('User Name').fill('demo');
      await page.getByLabel('Password').fill('wrong');
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByText('Login failure').waitFor();
      await page.getByRole('button', { name: 'Sign in', disabled: false }).waitFor();
      await signIn(page);
      await assertSignedIn(page);
    });

    await t.test(
      'a fallback that redirects: one sign-in begins, and is completed once',
      async (t) => {
        const { page } = await openPage(t, `${origin}/signed-in.html`);
        await signIn(page);
        await page.waitForURL('**/signed-in.html*');
        await assertSignedIn(page);
        assert.deepEqual(await page.evaluate(() => globalThis.completed), ['/signed-in.html']);
        assert.equal(page.url(), `${origin}/signed-in.html`);
        const begun = await page.evaluate(() =>
          Object.keys(sessionStorage).filter((key) => key.startsWith('FR-SDK-authflow-')),
        );
        assert.equal(begun.length, 1);
      },
    );

    await t.test('tokens, errors, and what begins a journey again', async (t) => {
      const { page } = await openPage(t, `${origin}/hooks.html`);
      const click = (name) => page.getByRole('button', { name, exact: true }).click();
      const [step, codes] = [page.locator('#step'), page.locator('#codes')];
      await codes.filter({ hasText: /^offline$/ }).waitFor();
      await click('Token');
      await codes.filter({ hasText: /^offline offline$/ }).waitFor();
      await step.filter({ hasText: /^One/ }).waitFor();
      const number = async () => Number((await step.textContent()).split(' ').at(-1));
      const before = await number();
      await click('Restart');
      await step.filter({ hasText: `One  ${before + 1}` }).waitFor();
      await click('Journey');
      await step.filter({ hasText: /^Two/ }).waitFor();
      await click('Query');
      await step.filter({ hasText: /^Two de/ }).waitFor();
      await click('After offline');
      await page.getByText('Fallback').waitFor();
    });
  });
}
