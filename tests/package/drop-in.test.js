/**
 * A program written for the documented clients, unchanged, with this package in their place: by
 * bundlers, by npm, and for TypeScript, each as docs/migration.md shows it.
 */
import assert from 'node:assert/strict';
import { appendFile, cp, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { run } from '../processes.js';
import { assertOneWasm, countParts } from './contents.js';
import { startRegistry } from './registry.js';
import {
  assertSignedIn,
  assertSignsOut,
  copyFromPackage,
  createProject,
  filesIn,
  here,
  openPage,
  provideWorld,
  root,
  serveFolder,
  setInManifest,
  signIn,
  storedTokens,
  tool,
  world,
} from './support.js';

provideWorld();

/** What builds the program in `index.js`, each with its own setting for aliases. */
const BUNDLERS = {
  Vite: ['vite', 'build'],
  webpack: ['webpack-cli'],
  Rollup: ['rollup', '--config'],
  esbuild: [
    'esbuild',
    'index.js',
    '--bundle',
    '--minify',
    '--format=esm',
    '--splitting',
    '--outdir=dist',
    '--alias:@forgerock/journey-client=journey-oidc',
    '--alias:@forgerock/oidc-client=journey-oidc',
  ],
};

/** A project with the program, its types taken out by esbuild as a bundler would. */
async function createApp(name) {
  const project = await createProject(name, ['app', 'projects/drop-in']);
  await run(project, [tool('esbuild'), 'index.ts', '--outfile=index.js', '--format=esm']);
  return project;
}

/** Builds it; the folder of what is to be served. */
async function build(project, [command, ...args]) {
  const dist = join(project, 'dist');
  await run(project, [tool(command), ...args]);
  if (command !== 'vite') await cp(join(project, 'index.html'), join(dist, 'index.html'));
  await copyFromPackage(project, 'callback.html', 'dist');
  return dist;
}

/** Resolves the documented clients' names by nothing but `node_modules`. */
async function withoutAlias(project) {
  await writeFile(join(project, 'alias.js'), 'export const alias = {};\n');
}

const typeCheck = (project, config) =>
  run(project, [join(root, 'node_modules/.bin/tsc'), '-p', config]);

/** Opens the program, ready. */
async function open(t, origin) {
  const opened = await openPage(t, origin);
  await opened.page.locator('[data-started]').waitFor();
  return opened.page;
}

/** Signs in, comes back, and signs out. */
async function assertWorks(t, dist) {
  const page = await open(t, await serveFolder(t, dist));
  await signIn(page);
  await assertSignedIn(page);
  await page.reload();
  await assertSignsOut(page, await assertSignedIn(page));
  return page;
}

test('TypeScript: the program fits the documented clients, and this package by `paths`', async () => {
  const project = await createProject('types', ['app', 'projects/drop-in']);
  await typeCheck(project, 'tsconfig.json');
  await typeCheck(project, 'tsconfig.paths.json');
});

for (const [name, command] of Object.entries(BUNDLERS)) {
  test(`${name}: by alias`, async (t) => {
    const dist = await build(await createApp(`alias ${name}`), command);
    const files = await filesIn(dist);
    assertOneWasm(files, 'inline');
    assert.equal(isTheirs(files), false);
    await assertWorks(t, dist);
  });
}

/** Whether the documented clients are in what was built. */
const isTheirs = (files) => files.some(({ body }) => body.includes('Minified Redux error'));

test('tokens that the documented clients have stored are used, and revoked', async (t) => {
  const theirs = await createApp('theirs');
  await withoutAlias(theirs);
  const served = join(world.workshop, 'served');
  await cp(await build(theirs, BUNDLERS.Vite), served, { recursive: true });
  assert.equal(isTheirs(await filesIn(served)), true);
  const page = await open(t, await serveFolder(t, served));
  await signIn(page);
  const accessToken = await assertSignedIn(page);
  const stored = await storedTokens(page);

  await rm(served, { recursive: true });
  const ours = await build(await createApp('ours'), BUNDLERS.Vite);
  await cp(ours, served, { recursive: true });
  assert.equal(isTheirs(await filesIn(served)), false);
  world.server.control.clearRequests();
  await page.reload();
  assert.equal(await assertSignedIn(page), accessToken);
  assert.deepEqual(await storedTokens(page), stored, 'and left as they are');
  const asked = world.server.control.requests().map(({ path }) => path.split('/').at(-1));
  assert.ok(!asked.includes('access_token') && !asked.includes('authorize'), asked.join());
  await assertSignsOut(page, accessToken);
  assert.equal(world.server.control.token(stored.refreshToken).active, false);
});

/** Packs the package of somebody else that depends on a documented client; the tarball. */
async function packWidget() {
  const folder = join(here, 'projects/widget');
  await run(folder, ['npm', 'pack', '--pack-destination', world.workshop]);
  return join(world.workshop, 'widget-1.0.0.tgz');
}

test('npm: by dependencies and `overrides`, for the dependencies of others too', async (t) => {
  const project = await createApp('npm');
  await withoutAlias(project);
  await rm(join(project, 'node_modules'), { recursive: true });
  await rm(join(project, 'package-lock.json'));
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const ours = `npm:journey-oidc@^${version}`;
  await setInManifest(project, {
    dependencies: {
      '@forgerock/journey-client': ours,
      '@forgerock/oidc-client': ours,
      widget: `file:${await packWidget()}`,
    },
    overrides: {
      '@forgerock/journey-client': '$@forgerock/journey-client',
      '@forgerock/oidc-client': '$@forgerock/oidc-client',
    },
  });
  const registry = await startRegistry(world.tarball, version);
  t.after(() => registry.close());
  await run(project, ['npm', 'install', '--no-audit', '--no-fund', `--registry=${registry.url}`]);
  assert.ok(!registry.asked.some((path) => path.includes('forgerock')), registry.asked.join());

  await typeCheck(project, 'tsconfig.json');
  await appendFile(join(project, 'index.js'), "\nimport 'widget';\n");
  const dist = await build(project, BUNDLERS.Vite);
  const files = await filesIn(dist);
  assert.equal(isTheirs(files), false);
  assert.equal(countParts(files).inline, 2, 'once for each name');
  const page = await assertWorks(t, dist);
  assert.equal(await page.title(), 'User Name', 'the widget works');
});
