/** The packed package, by each bundler, in a browser. */
import assert from 'node:assert/strict';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../processes.js';
import {
  assertMarksHold,
  assertNoCore,
  assertOneWasm,
  bothParts,
  CLIENTS,
  EARLY,
  partsIn,
} from './contents.js';
import {
  assertSignedIn,
  assertSignsOut,
  copyFromPackage,
  createProject,
  filesIn,
  loadAgain,
  openPage,
  provideWorld,
  serveFolder,
  serveProject,
  setInManifest,
  signIn,
  tool,
} from './support.js';

provideWorld();

/** The entries, each with the page that uses it, and the one form of the wasm that is theirs. */
const ENTRIES = [
  { entry: 'default', folder: 'entries/default', once: 'inline' },
  { entry: 'url', folder: 'entries/url', once: 'wasm' },
];

/** The same, for bundlers that don't follow `new URL(…, import.meta.url)`. */
const ENTRIES_COPIED = [ENTRIES[0], { ...ENTRIES[1], folder: 'entries/url-copied' }];

/** Signs in and out, and has no more of the package than this needs, nor earlier. */
async function assertEntryWorks(t, origin, { folder, once }, early) {
  const { page, loaded } = await openPage(t, origin);
  await page.waitForFunction(() => document.forms[0]?.onsubmit);
  assert.deepEqual(partsIn(await loaded()), early, 'before the first use');
  await signIn(page);
  const token = await assertSignedIn(page);
  const files = await loaded();
  // An app that calls `init()` loads the core by that.
  if (folder !== 'entries/url-copied') assertNoCore(await loadAgain(page));
  await assertSignsOut(page, token);
  assert.deepEqual(partsIn(files), [...CLIENTS, 'glue', ...bothParts(once)].sort());
  assertOneWasm(files, once);
}

/** The page with a subpath alone works, and has nothing else. */
async function assertSubpathWorks(t, origin) {
  const { page, loaded } = await openPage(t, `${origin}/policy.html`);
  await page.locator('output', { hasText: 'Name is required' }).waitFor();
  assert.deepEqual(partsIn(await loaded()), ['policy']);
}

/**
 * Tests a way to bring the package into a browser, with each entry.
 *
 * @param {string} name
 * @param {(t: import('node:test').TestContext, project: {
 *   name: string, folders: string[], pages: string[], once: string,
 * }) => Promise<string>} serve builds and serves a project; the origin
 * @param {{ settings?: string, entries?: typeof ENTRIES, early?: string[] }} [options] `settings`: the
 *   folder that has the bundler's; `early`: the parts that it loads with the page
 */
function testEntries(name, serve, { settings, entries = ENTRIES, early = EARLY } = {}) {
  for (const { entry, folder, once } of entries) {
    test(`${name}: ${entry}`, async (t) => {
      const pages = entry === 'default' ? ['index', 'policy'] : ['index'];
      const folders = ['app', folder, ...(settings ? [settings] : [])];
      const origin = await serve(t, { name: `${name} ${entry}`, folders, pages, once });
      await assertEntryWorks(t, origin, { folder, once }, early);
      if (pages.includes('policy')) await assertSubpathWorks(t, origin);
    });
  }
}

/** Serves what was built, which has the wasm once. */
async function serveBuilt(t, project, once) {
  const dist = join(project, 'dist');
  assertOneWasm(await filesIn(dist), once);
  return serveFolder(t, dist);
}

/** Builds scripts with a command, and copies what else belongs to the app; `type`: of scripts. */
async function serveScripts(t, { name, folders, pages, once }, command, type = 'module') {
  const project = await createProject(name, folders);
  await mkdir(join(project, 'dist'));
  await run(project, command(pages.map((page) => `${page}.js`)));
  for (const page of pages) {
    const html = await readFile(join(project, `${page}.html`), 'utf8');
    const script = type === 'module' ? html : html.replace('type="module"', type);
    await writeFile(join(project, `dist/${page}.html`), script);
  }
  await copyFromPackage(project, 'callback.html', 'dist');
  if (folders.includes('entries/url-copied')) {
    await copyFromPackage(project, 'wasm/core.wasm', 'dist');
    await copyFromPackage(project, 'wasm/oidc.wasm', 'dist');
  }
  return serveBuilt(t, project, once);
}

test('what the other tests look for is in the package', assertMarksHold);

testEntries(
  'webpack 5',
  (t, project) => serveScripts(t, project, () => [tool('webpack-cli')], 'defer'),
  { settings: 'projects/webpack' },
);

testEntries(
  'Rollup',
  (t, project) => serveScripts(t, project, () => [tool('rollup'), '--config']),
  { settings: 'projects/rollup', entries: ENTRIES_COPIED },
);

testEntries(
  'esbuild',
  (t, project) =>
    serveScripts(t, project, (scripts) => [
      tool('esbuild'),
      ...scripts,
      '--bundle',
      '--minify',
      '--format=esm',
      '--splitting',
      '--outdir=dist',
    ]),
  // It puts into one file what is loaded with the page and with the core, used or not.
  { entries: ENTRIES_COPIED, early: CLIENTS },
);

testEntries(
  'Vite, built',
  async (t, { name, folders, once }) => {
    const project = await createProject(name, folders);
    await copyFromPackage(project, 'callback.html', 'public');
    await run(project, [tool('vite'), 'build']);
    return serveBuilt(t, project, once);
  },
  { settings: 'projects/vite' },
);

testEntries(
  'Vite, its development server',
  async (t, { name, folders }) => {
    const project = await createProject(name, folders);
    await copyFromPackage(project, 'callback.html', 'public');
    const command = (port) => [tool('vite'), '--host', 'localhost', '--port', port, '--strictPort'];
    return serveProject(t, project, command);
  },
  { settings: 'projects/vite', early: CLIENTS },
);

testEntries('Parcel', async (t, { name, folders, pages, once }) => {
  const project = await createProject(name, folders);
  const build = (...html) =>
    run(project, [tool('parcel'), 'build', ...html, '--no-cache', '--no-source-maps']);
  if (once === 'inline') await build('index.html');
  // Parcel reads `exports`, in which the other entries are, only when told to.
  await setInManifest(project, { '@parcel/resolver-default': { packageExports: true } });
  const html = pages.map((page) => `${page}.html`);
  await build(...html.slice(once === 'inline' ? 1 : 0));
  await copyFromPackage(project, 'callback.html', 'dist');
  return serveBuilt(t, project, once);
});

testEntries(
  'no bundler',
  async (t, { name, folders, pages }) => {
    const project = await createProject(name, folders);
    await copyFromPackage(project, 'callback.html', '.');
    const modules = '/node_modules/journey-oidc/pkg';
    const imports = {
      'journey-oidc': `${modules}/index.js`,
      'journey-oidc/policy': `${modules}/policy.js`,
      'journey-oidc/url': `${modules}/url.js`,
    };
    const map = `<script type="importmap">${JSON.stringify({ imports })}</script>`;
    for (const page of pages) {
      const file = join(project, `${page}.html`);
      await writeFile(file, (await readFile(file, 'utf8')).replace('<script', `${map}\n  <script`));
    }
    return serveFolder(t, project);
  },
  { early: CLIENTS },
);
