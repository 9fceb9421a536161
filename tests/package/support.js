/**
 * What every test of the package stands on: the packed tarball, installed in projects that have
 * nothing else of ours; the development server; and a real browser.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { basename, dirname, join } from 'node:path';
import { after, before } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { chromium } from 'playwright-core';
import sirv from 'sirv';
import { startServer } from '../../server/server.js';
import { FLAGS } from '../chromium.js';
import { run, serve } from '../processes.js';
import { installTools } from './tools/install.js';

export const here = fileURLToPath(new URL('.', import.meta.url));
export const root = join(here, '../..');

const HOUR = 3_600_000;

const USER = { username: 'demo', password: 'Ch4ng3it!' };
export const CLIENT_ID = 'journey-oidc-demo';
/** Where a client keeps its tokens. */
export const TOKENS = `pic-${CLIENT_ID}`;

/** Everything a test file needs; filled before its first test. */
export const world = {
  /** @type {Awaited<ReturnType<typeof startServer>>} */
  server: undefined,
  /** @type {import('playwright-core').Browser} */
  browser: undefined,
  /** The well-known URL of the provider. */
  wellknown: '',
  /** Below the tools, so that projects find them, and only them, in a `node_modules` above. */
  workshop: '',
  /** The packed package. */
  tarball: '',
  /** An empty project in which npm has installed it. */
  installed: '',
};

/**
 * Starts the world for a test file, and ends it.
 *
 * @param {() => Promise<unknown>} [more] prepares what else the file needs
 * @param {{ browser?: boolean, server?: boolean }} [needs] without `browser` there is no provider
 *   either; `server`: the package of the development server is installed too
 */
export function provideWorld(more, { browser = true, server = false } = {}) {
  before(async () => {
    const workshop = createWorkshop(await installTools());
    Object.assign(world, { workshop, ...(await pack(workshop, server)) });
    if (browser) await startBrowser();
    await more?.();
  });
  after(async () => {
    await world.browser?.close();
    await world.server?.close();
  });
}

/** A folder for projects that is gone after the tests; and those that a crash has left. */
function createWorkshop(tools) {
  const remove = (folder) => rmSync(folder, { recursive: true, force: true });
  const workshops = readdirSync(tools).filter((name) => name.startsWith('work-'));
  for (const folder of workshops.map((name) => join(tools, name))) {
    if (Date.now() - statSync(folder).mtimeMs > HOUR) remove(folder);
  }
  const workshop = mkdtempSync(join(tools, 'work-'));
  process.once('exit', () => remove(workshop));
  return workshop;
}

/** The provider, and the browser. */
async function startBrowser() {
  world.server = await startServer({ port: 0, testMode: true });
  world.wellknown = `${world.server.url}/am/oauth2/realms/root/.well-known/openid-configuration`;
  const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
  world.browser = await chromium.launch({ executablePath, args: FLAGS });
}

/** Packs the package, or both, and installs them in an empty project. */
async function pack(workshop, withServer) {
  const args = ['--json', '--ignore-scripts', '--pack-destination', workshop];
  const packed = ['.', ...(withServer ? ['./server'] : [])];
  const tarballs = JSON.parse(await run(root, ['npm', 'pack', ...args, ...packed])).map(
    ({ filename }) => join(workshop, filename),
  );
  const empty = join(workshop, 'empty');
  await mkdir(empty);
  const manifest = { name: 'empty', private: true, type: 'module' };
  await writeFile(join(empty, 'package.json'), JSON.stringify(manifest));
  // The package has no dependencies. The server's were downloaded with the checkout's.
  const from = withServer ? '--prefer-offline' : '--offline';
  await run(empty, ['npm', 'install', from, '--no-audit', '--no-fund', ...tarballs]);
  return { tarball: tarballs[0], installed: empty };
}

/**
 * A project: files of some folders in `tests/package`, and the package.
 *
 * @param {string} name
 * @param {string[]} folders later ones overwrite
 * @returns {Promise<string>} its folder
 */
export async function createProject(name, folders) {
  const project = join(world.workshop, name.replaceAll(/\W+/g, '-'));
  for (const folder of [world.installed, ...folders.map((name) => join(here, name))]) {
    await cp(folder, project, { recursive: true });
  }
  const config = `export const wellknown = ${JSON.stringify(world.wellknown)};\n`;
  await writeFile(join(project, 'config.js'), config);
  return project;
}

/** Adds to the `package.json` of a project. */
export async function setInManifest(project, more) {
  const file = join(project, 'package.json');
  const manifest = JSON.parse(await readFile(file, 'utf8'));
  await writeFile(file, JSON.stringify({ ...manifest, ...more }));
}

/** Copies one of the package's files into a folder of a project, as apps do. */
export async function copyFromPackage(project, file, folder) {
  const target = join(project, folder, basename(file));
  await mkdir(dirname(target), { recursive: true });
  await cp(join(world.installed, 'node_modules/journey-oidc/pkg', file), target);
}

/** The path of a tool's command. */
export const tool = (name) => join(world.workshop, '../node_modules/.bin', name);

/** A port that was free a moment ago. */
export async function freePort() {
  const server = createServer();
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/**
 * Serves a folder until the test ends; the origin.
 *
 * @param {import('node:test').TestContext} t
 * @param {string} folder
 */
export async function serveFolder(t, folder) {
  const files = sirv(folder, { dev: true });
  const server = createServer((request, response) => {
    files(request, response, () => response.writeHead(404).end());
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => {
    server.close();
    server.closeAllConnections();
  });
  return register(`http://localhost:${server.address().port}`);
}

/**
 * Runs a project's own server until the test ends; the origin.
 *
 * @param {import('node:test').TestContext} t
 * @param {string} project
 * @param {(port: string) => string[]} command
 * @param {Record<string, string>} [env]
 */
export async function serveProject(t, project, command, env) {
  const port = await freePort();
  const origin = `http://localhost:${port}`;
  t.after(await serve(project, command(String(port)), origin, env));
  return register(origin);
}

/** Makes the provider know an app by its origin. */
async function register(origin) {
  await world.server.control.setClient({ client_id: CLIENT_ID, origins: [origin] });
  return origin;
}

/**
 * Opens a page in a browser of its own, with what it loads; fails the test for what fails there.
 *
 * @param {import('node:test').TestContext} t
 * @param {string} url
 * @param {{ init?: (argument: any) => void, argument?: unknown, expected?: RegExp }} [options] `init` runs
 *   first; `expected`: what may fail
 */
export async function openPage(t, url, { init, argument, expected } = {}) {
  const context = await world.browser.newContext();
  const page = await context.newPage();
  page.setDefaultTimeout(30_000);
  const faults = [];
  page.on('pageerror', (error) => faults.push(error.stack));
  page.on('console', (message) => {
    const text = `${message.text()} ${message.location().url}`;
    const isFault = message.type() === 'error' || text.startsWith('[Vue warn]');
    if (isFault && !expected?.test(text)) faults.push(text);
  });
  const loaded = watchLoading(page, new URL(url).origin);
  if (init) await page.addInitScript(init, argument);
  t.after(async () => {
    await context.close();
    assert.deepEqual(faults, [], 'What failed in the page');
  });
  await page.goto(url);
  return { page, loaded };
}

/** Collects what a page loads from its own server: `() => Promise<{ path, body }[]>`. */
function watchLoading(page, origin) {
  const found = [];
  page.on('response', (response) => {
    const { origin: from, pathname } = new URL(response.url());
    if (from !== origin || response.status() !== 200) return;
    found.push(
      response.body().then(
        (body) => ({ path: pathname, body }),
        () => undefined,
      ),
    );
  });
  return async () => (await Promise.all(found)).filter(Boolean);
}

/** Signs in on a page that is the app's form or the provider's. */
export async function signIn(page) {
  await page.getByLabel('User Name').fill(USER.username);
  await page.getByLabel('Password').fill(USER.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** The tokens that a page has stored. */
export async function storedTokens(page) {
  return JSON.parse(await page.evaluate((key) => localStorage[key] ?? 'null', TOKENS));
}

/** The user is signed in: the page says who it is, and the provider knows the tokens. */
export async function assertSignedIn(page) {
  await page.locator('output', { hasText: /\S/ }).waitFor();
  assert.equal(await page.locator('output').textContent(), 'demo');
  const { accessToken } = await storedTokens(page);
  assert.deepEqual(world.server.control.token(accessToken), { active: true, kind: 'access' });
  return accessToken;
}

/**
 * Loads the page again. The user is signed in; what it loads for that, until it has been idle.
 *
 * @param {import('playwright-core').Page} page
 */
export async function loadAgain(page) {
  const url = new URL('?again', page.url());
  const loaded = watchLoading(page, url.origin);
  await page.goto(url.href);
  await page.locator('output', { hasText: 'demo' }).waitFor();
  await page.evaluate(() => new Promise((resolve) => requestIdleCallback(resolve)));
  await page.waitForLoadState('networkidle');
  return loaded();
}

/** The user signs out: nothing is left here at once, nor at the provider soon. */
export async function assertSignsOut(page, accessToken) {
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.waitForFunction(() => document.querySelector('output')?.textContent !== 'demo');
  const kept = await page.evaluate(() => Object.keys({ ...localStorage, ...sessionStorage }));
  assert.deepEqual(kept, []);
  await until(() => !world.server.control.token(accessToken).active);
}

async function until(condition) {
  for (const deadline = Date.now() + 10_000; !condition(); await sleep(20)) {
    assert.ok(Date.now() < deadline, `never: ${condition}`);
  }
}

/** The files below a folder: `{ path, body }`. */
export async function filesIn(folder) {
  const names = readdirSync(folder, { recursive: true });
  const files = names.filter((name) => statSync(join(folder, name)).isFile());
  return Promise.all(
    files.map(async (path) => ({ path, body: await readFile(join(folder, path)) })),
  );
}
