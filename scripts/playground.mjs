/**
 * `npm run playground`: the page *Your own server* as a folder of static files, for any https host. `--out` names the
 * folder; default: `target/playground`.
 */
import { cp, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { build, isCurrent } from './build.mjs';
import { isMain, main, root } from './run.mjs';
import { setup } from './setup.mjs';
import { bundleVendor } from './vendor.mjs';

const PAGE = 'www/your-server.html';

/** Where the provider sends its responses: beside the page. */
const LANDING = ['callback.html', 'popup.html', 'popup.js'];

/**
 * Writes the folder, which must not hold anything else: it is made anew.
 *
 * @param {string} folder
 */
export async function writePlayground(folder) {
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const html = await readFile(join(root, PAGE), 'utf8');
  await writeFile(join(folder, 'index.html'), html);
  const [entry] = /[\w-]+\.js(?=")/.exec(html);
  for (const name of await modulesOf(entry)) await copy(join('www', name), join(folder, name));
  await copy('www/style.css', join(folder, 'style.css'));
  await copy('www/assets', join(folder, 'assets'));
  for (const name of LANDING) await copy(join('pkg', name), join(folder, name));
  for (const name of await readdir(join(root, 'pkg'), { recursive: true })) {
    if (/\.(js|css|wasm)$/.test(name)) await copy(join('pkg', name), join(folder, 'pkg', name));
  }
}

/** A module of the page and all that it imports beside itself. */
async function modulesOf(entry) {
  const found = new Set([entry]);
  for (const name of found) {
    const source = await readFile(join(root, 'www', name), 'utf8');
    for (const [, imported] of source.matchAll(/from '\.\/([\w-]+\.js)'/g)) found.add(imported);
  }
  return found;
}

function copy(from, to) {
  return cp(join(root, from), to, { recursive: true });
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const { values } = parseArgs({ options: { out: { type: 'string' } } });
    if (!process.env.WASM_TOOLCHAIN && (await isCurrent())) await bundleVendor();
    else await build(await setup());
    const folder = resolve(values.out ?? join(root, 'target/playground'));
    await writePlayground(folder);
    console.log(
      `The playground is in ${folder}. Any host for static files can serve it, by https.`,
    );
  });
}
