/**
 * The browsers of the tests and their drivers: Chromium for all of them; Firefox and WebKit, in
 * which the tests of `tests/engines` run too. Debian has packages for everything but Firefox's
 * driver, which cargo builds into the cache folder.
 */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { isDebian, isUbuntu } from './packages.mjs';
import { cache, Failure, output, say } from './run.mjs';
import { cargoInstall } from './toolchain.mjs';

const GECKODRIVER_VERSION = '0.37.1';
const geckodriverFolder = join(cache, `geckodriver-${GECKODRIVER_VERSION}`);

/**
 * @typedef {Record<string, string | undefined>} Browsers the programs by the environment variable
 *   that gives a test its path, and a developer another one than is found
 */

/** @typedef {keyof typeof NEEDS} Kind */

/**
 * The Debian packages of the browsers and drivers that are not found.
 *
 * @param {Kind[]} kinds
 */
export function browserPackages(kinds) {
  return isDebian() ? packagesFor(findBrowsers(), { kinds, ubuntu: isUbuntu() }) : [];
}

/**
 * The packages of what is missing.
 *
 * @param {Browsers} browsers
 * @param {{ kinds: Kind[], ubuntu: boolean }} options `ubuntu`: as Ubuntu names them
 */
export function packagesFor(browsers, { kinds, ubuntu }) {
  const names = ubuntu ? UBUNTU : DEBIAN;
  const needed = kinds.flatMap((kind) => NEEDS[kind].variables);
  const missing = needed.filter((variable) => names[variable] && !browsers[variable]);
  return [...new Set(missing.map((variable) => names[variable]))];
}

const DEBIAN = {
  CHROMIUM: 'chromium',
  CHROMEDRIVER: 'chromium-driver',
  FIREFOX: 'firefox-esr',
  WEBKITDRIVER: 'webkit2gtk-driver',
  MINIBROWSER: 'webkit2gtk-driver',
  XVFB: 'xvfb',
};

const UBUNTU = {
  ...DEBIAN,
  CHROMIUM: 'chromium-browser',
  CHROMEDRIVER: 'chromium-chromedriver',
  FIREFOX: 'firefox',
};

/**
 * Where the browsers and their drivers are.
 *
 * @returns {Browsers}
 */
export function findBrowsers() {
  const programs = {
    CHROMIUM:
      findProgram('chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable') ??
      findFile('/Applications/Google Chrome.app/Contents/MacOS/Google Chrome'),
    CHROMEDRIVER: findProgram('chromedriver'),
    FIREFOX:
      findProgram('firefox-esr', 'firefox') ??
      findFile('/Applications/Firefox.app/Contents/MacOS/firefox'),
    GECKODRIVER: findProgram('geckodriver') ?? findFile(join(geckodriverFolder, 'bin/geckodriver')),
    WEBKITDRIVER: findProgram('WebKitWebDriver'),
    MINIBROWSER: findProgram('MiniBrowser') ?? findMiniBrowser(),
    XVFB: findProgram('Xvfb'),
  };
  const chosen = ([variable, found]) => [variable, process.env[variable] || found];
  return Object.fromEntries(Object.entries(programs).map(chosen));
}

/**
 * Fails unless there is what tests of these kinds need.
 *
 * @param {Browsers} browsers
 * @param {Kind[]} kinds
 */
export function requireBrowsers(browsers, kinds) {
  for (const kind of kinds) {
    const { variables, what } = NEEDS[kind];
    const missing = variables.filter((variable) => !browsers[variable]);
    if (missing.length === 0) continue;
    throw new Failure(
      `The tests need ${what}. Put them on the PATH, or their paths in ${missing.join(', ')}.`,
    );
  }
}

const NEEDS = {
  Chromium: {
    variables: ['CHROMIUM', 'CHROMEDRIVER'],
    what: 'Chromium or Chrome, and chromedriver of the same version',
  },
  Firefox: { variables: ['FIREFOX', 'GECKODRIVER'], what: 'Firefox and geckodriver' },
  WebKitGTK: {
    variables: ['WEBKITDRIVER', 'MINIBROWSER', 'XVFB'],
    what: "WebKitGTK's WebKitWebDriver and MiniBrowser, and Xvfb",
  },
};

/**
 * Builds Firefox's driver, once, unless there is one.
 *
 * @param {import('./toolchain.mjs').Toolchain} toolchain
 */
export async function installGeckodriver({ cargo, env }) {
  const { FIREFOX, GECKODRIVER } = findBrowsers();
  if (!FIREFOX || (GECKODRIVER && output(GECKODRIVER, ['--version']) !== undefined)) return;
  say(`Installing geckodriver ${GECKODRIVER_VERSION} (about two minutes, once)`);
  const name = `geckodriver@=${GECKODRIVER_VERSION}`;
  await cargoInstall({ cargo, env, folder: geckodriverFolder, name });
}

/** The first of these programs on the PATH. */
function findProgram(...names) {
  const folders = (process.env.PATH ?? '').split(delimiter);
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find(existsSync);
}

function findFile(path) {
  return existsSync(path) ? path : undefined;
}

/** WebKitGTK's browser, which its packages keep beside the library. */
function findMiniBrowser() {
  const folders = ['/usr/lib', ...foldersIn('/usr/lib'), '/usr/libexec'];
  return folders
    .flatMap((folder) => foldersIn(folder).filter((path) => /\/webkit(2)?gtk-[\d.]+$/.test(path)))
    .map((folder) => join(folder, 'MiniBrowser'))
    .filter(existsSync)
    .at(-1);
}

function foldersIn(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => join(folder, name));
}
