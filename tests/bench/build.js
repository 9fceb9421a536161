/**
 * The bundles: of each app in `apps/`, a production build by Vite. The peers and Vite are installed
 * from `package-lock.json` into a cache folder: they are no business of the package's own tests.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { brotliCompressSync, constants } from 'node:zlib';
import { cache, root, run, say } from '../../scripts/run.mjs';

const here = fileURLToPath(new URL('.', import.meta.url));

/** Our entries, by the names that apps import. */
const ENTRIES = { 'journey-oidc': 'pkg/index.js', 'journey-oidc/url': 'pkg/url.js' };

/**
 * @typedef {{ name: string, total: number, atStart: number, files: string[] }} Bundle brotli bytes
 * @param {(name: string) => boolean} wanted
 * @returns {Promise<{ folder: string, bundles: Bundle[] }>}
 */
export async function buildBundles(wanted) {
  const installed = await installPeers();
  const vite = join(installed, 'node_modules/vite/dist/node/index.js');
  const { build } = await import(pathToFileURL(vite).href);
  const apps = join(installed, 'apps');
  const folder = join(root, 'target/bench');
  await rm(apps, { recursive: true, force: true });
  await rm(folder, { recursive: true, force: true });
  // Beside the packages that they import.
  await cp(join(here, 'apps'), apps, { recursive: true });
  say('Building the bundles');
  const bundles = [];
  for (const name of (await appNames()).filter(wanted)) {
    bundles.push(await bundle(build, apps, name, join(folder, name)));
  }
  return { folder, bundles };
}

/** The apps, without those of entries that this checkout doesn't have. */
async function appNames() {
  const files = await readdir(join(here, 'apps'));
  const names = files.map((file) => file.replace(/\.js$/, ''));
  const hasUrl = existsSync(join(root, ENTRIES['journey-oidc/url']));
  return names.filter((name) => name !== 'ours-adapter' && (hasUrl || name !== 'ours-url'));
}

/** Installs what the lockfile names, unless it is there; the folder. */
async function installPeers() {
  const lock = await readFile(join(here, 'package-lock.json'));
  const hash = createHash('sha256').update(lock).digest('hex').slice(0, 16);
  const folder = join(cache, `bench-${hash}`);
  if (existsSync(join(folder, 'node_modules/.package-lock.json'))) return folder;
  await mkdir(folder, { recursive: true });
  for (const file of ['package.json', 'package-lock.json'])
    await cp(join(here, file), join(folder, file));
  say(`Installing the peers into ${folder}`);
  await run('npm', ['ci', '--no-audit', '--no-fund', '--ignore-scripts'], { cwd: folder });
  return folder;
}

/** Builds one app into a folder. */
async function bundle(build, apps, name, outDir) {
  const { output } = await build({
    configFile: false,
    root: apps,
    base: `/${name}/`,
    logLevel: 'error',
    resolve: {
      alias: Object.entries(ENTRIES).map(([entry, file]) => ({
        find: new RegExp(`^${entry}$`),
        replacement: join(root, file),
      })),
    },
    build: {
      outDir,
      emptyOutDir: true,
      target: 'es2022',
      reportCompressedSize: false,
      rollupOptions: {
        input: join(apps, `${name}.js`),
        // The bench calls what an app's entry exports. An app's own has no exports that others use, so what
        // the core shares with it needs no file of its own.
        preserveEntrySignatures: 'allow-extension',
        output: { entryFileNames: 'app.js' },
      },
    },
  });
  const sizes = new Map();
  for (const { fileName, code, source } of output) {
    const compressed = brotli(code ?? source);
    sizes.set(fileName, compressed.length);
    // What the server sends.
    await writeFile(join(outDir, `${fileName}.br`), compressed);
  }
  const sum = (files) => [...files].reduce((bytes, file) => bytes + sizes.get(file), 0);
  return {
    name,
    total: sum(sizes.keys()),
    atStart: sum(filesAtStart(output)),
    files: [...sizes.keys()],
  };
}

/** What a page must load to render: the entry, and all that it imports statically. */
function filesAtStart(output) {
  const found = new Set(['app.js']);
  for (const name of found) {
    const chunk = output.find(({ fileName }) => fileName === name);
    for (const imported of chunk?.imports ?? []) found.add(imported);
  }
  return found;
}

function brotli(content) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  return brotliCompressSync(content, { params });
}
