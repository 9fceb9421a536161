/** The packed package, by each bundler, in a browser. */
import assert from 'node:assert/strict';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { assertOneWasm, CLIENTS, partsIn } from './contents.js';
import { run } from './processes.js';
import {
  addLanding,
  assertSignedIn,
  assertSignsOut,
  createProject,
  filesIn,
  openPage,
  provideWorld,
  serveFolder,
  serveProject,
  signIn,
  tool,
} from './support.js';

provideWorld();

const SCRIPTS = ['index.js', 'policy.js'];
const PAGES = ['index.html', 'policy.html'];

/** The commands that build a project into `dist`, where they don't write pages too. */
const BUNDLERS = {
  'webpack 5': { folder: 'projects/webpack', build: ['webpack-cli'] },
  Rollup: { folder: 'projects/rollup', build: ['rollup', '--config'] },
  esbuild: {
    build: [
      'esbuild',
      ...SCRIPTS,
      '--bundle',
      '--minify',
      '--format=esm',
      '--splitting',
      '--outdir=dist',
    ],
  },
};

/** Signs in and out on the page of an entry; what it has loaded then. */
async function assertEntryWorks(t, origin, path) {
  const { page, loaded } = await openPage(t, origin + path);
  await page.waitForFunction(() => document.forms[0]?.onsubmit);
  assert.deepEqual(partsIn(await loaded()), CLIENTS, 'before the first use');
  await signIn(page);
  await assertSignsOut(page, await assertSignedIn(page));
  return loaded();
}

/** Each page works, and has nothing that it doesn't use. */
async function assertPagesWork(t, origin) {
  await t.test('the default entry', async (t) => {
    const files = await assertEntryWorks(t, origin, '/index.html');
    assert.deepEqual(partsIn(files), [...CLIENTS, 'glue', 'inline'].sort());
    assertOneWasm(files, { inline: 1 });
  });
  await t.test('a subpath alone', async (t) => {
    const { page, loaded } = await openPage(t, `${origin}/policy.html`);
    await page.locator('output', { hasText: 'Name is required' }).waitFor();
    assert.deepEqual(partsIn(await loaded()), ['policy']);
  });
}

/** What was built has the wasm once, and each page works. */
async function assertBuildWorks(t, dist) {
  assertOneWasm(await filesIn(dist), { inline: 1 });
  await assertPagesWork(t, await serveFolder(t, dist));
}

for (const [name, { folder, build }] of Object.entries(BUNDLERS)) {
  test(name, async (t) => {
    const folders = ['app', ...(folder ? [folder] : [])];
    const project = await createProject(name, folders, { landing: 'dist' });
    const [command, ...args] = build;
    await run(project, [tool(command), ...args]);
    const dist = join(project, 'dist');
    for (const page of PAGES) await cp(join(project, page), join(dist, page));
    await assertBuildWorks(t, dist);
  });
}

test('Vite, built', async (t) => {
  const project = await createProject('vite-build', ['app', 'projects/vite'], {
    landing: 'public',
  });
  await run(project, [tool('vite'), 'build']);
  await assertBuildWorks(t, join(project, 'dist'));
});

test('Vite, its development server', async (t) => {
  const project = await createProject('vite-dev', ['app', 'projects/vite'], { landing: 'public' });
  const command = (port) => [tool('vite'), '--host', 'localhost', '--port', port, '--strictPort'];
  await assertPagesWork(t, await serveProject(t, project, command));
});

test('Parcel', async (t) => {
  const project = await createProject('parcel', ['app']);
  const manifest = JSON.parse(await readFile(join(project, 'package.json'), 'utf8'));
  // Parcel reads `exports` only when told to.
  manifest['@parcel/resolver-default'] = { packageExports: true };
  await writeFile(join(project, 'package.json'), JSON.stringify(manifest));
  await run(project, [tool('parcel'), 'build', ...PAGES, '--no-cache', '--no-source-maps']);
  await addLanding(project, 'dist');
  await assertBuildWorks(t, join(project, 'dist'));
});

test('no bundler: modules and an import map', async (t) => {
  const project = await createProject('plain', ['app'], { landing: '.' });
  const entries = { 'journey-oidc': 'index', 'journey-oidc/policy': 'policy' };
  const imports = Object.fromEntries(
    Object.entries(entries).map(([name, file]) => [
      name,
      `/node_modules/journey-oidc/pkg/${file}.js`,
    ]),
  );
  const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
  for (const page of PAGES) {
    const html = await readFile(join(project, page), 'utf8');
    await writeFile(join(project, page), html.replace('<script', `${map}\n  <script`));
  }
  await assertPagesWork(t, await serveFolder(t, project));
});
