/**
 * `npm run size`: what the package costs, as files and in an app, against `size-budget.json` and
 * the line in README.md. `--write-budget` and `--write-readme` set those to what is reached;
 * `--modules` prints what each module weighs in the WebAssembly.
 */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { wasmFolder } from './build.mjs';
import { Failure, isMain, main, output, root } from './run.mjs';
import { sizeOfModules } from './size-modules.mjs';

const BUDGET = join(root, 'scripts/size-budget.json');
const README = join(root, 'README.md');
const README_LINE = /(<!-- size -->)([\s\S]*?)(<!-- \/size -->)/;

/** What an app does that uses both clients. */
const appOf = (entry) => `import { journey, journeyClient, oidc } from './${entry}';
globalThis.app = [journey, journeyClient, oidc];`;

/** How much more than reached a new budget allows, and how far README.md may be off. */
const [SLACK, README_SLACK] = [1.02, 0.03];

/**
 * Prints the sizes, and fails when one is over its budget or README.md is out of date.
 *
 * @param {{ writeBudget?: boolean, writeReadme?: boolean }} options
 */
export async function size({ writeBudget, writeReadme }) {
  const { toolchain } = JSON.parse(
    await readFile(join(wasmFolder, 'build.json'), 'utf8').catch(noBuild),
  );
  const sizes = await measure();
  const budget = JSON.parse(await readFile(BUDGET, 'utf8').catch(() => '{}'));
  printTable(sizes, toolchain, budget);
  console.log(`\n${readmeLine(sizes)}`);
  if (writeBudget) await saveBudget(sizes, toolchain);
  if (writeReadme) await saveReadme(sizes);
  if (writeBudget || writeReadme) return;
  if (!budget.toolchain) throw new Failure('No budget. Run: npm run size -- --write-budget');
  if (toolchain !== budget.toolchain) {
    console.log(`The budget is for the toolchain '${budget.toolchain}': not compared.`);
    return;
  }
  const problems = [...overBudget(sizes, budget), ...(await readmeProblems(sizes))];
  if (problems.length > 0) throw new Failure(problems.join('\n  '));
}

/** @returns {never} */
function noBuild() {
  throw new Failure('There is no build: run `npm run build` first.');
}

/**
 * The entries as an app bundles them, and what the package's wasm weighs as files.
 *
 * @typedef {{ raw: number, gzip: number, brotli?: number }} Size
 * @returns {Promise<Record<string, Size>>}
 */
async function measure() {
  const { exports } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8'));
  const sizes = {};
  for (const name of ['core.wasm', 'oidc.wasm', 'core.js', 'inline.js', 'inline-oidc.js']) {
    sizes[`wasm/${name}`] = sizeOf(await readFile(join(wasmFolder, name)).catch(noBuild));
  }
  const [embedded, separate] = await Promise.all(
    ['.', './url'].map((path) => bundle(appOf(exports[path].default))),
  );
  sizes['.'] = total(embedded);
  sizes['. before the first call'] = total(embedded.filter(({ atStart }) => atStart));
  sizes['./url JavaScript'] = total(separate);
  const [first, second] = ['core', 'oidc'].map((name) => ({ size: sizes[`wasm/${name}.wasm`] }));
  sizes['wasm, both parts'] = total([first, second]);
  sizes['./url with its first part'] = total([...separate, first]);
  sizes['./url with both parts'] = total([...separate, first, second]);
  const form = await bundleForm(exports);
  sizes['./form'] = total(form.filter(({ path }) => !path.includes('uqr')));
  sizes['./form to draw QR codes'] = total(form.filter(({ path }) => path.includes('uqr')));
  sizes['./form.css'] = sizeOf(await readFile(join(root, exports['./form.css'])));
  for (const [path, ...peers] of [['./state'], ['./react', 'react'], ['./vue', 'vue']]) {
    // The main entry and the form have their own size.
    const external = ['../index.js', './define.js', ...peers];
    sizes[path] = total(await bundle(`export * from '${exports[path].default}';`, external));
  }
  sizes['./diagnose'] = total(await bundleDiagnose(exports));
  for (const [path, { default: file }] of Object.entries(exports)) {
    if (!file || path in sizes || path === './url' || path === './form/define') continue;
    sizes[path] = total(await bundle(`export * from './${file}';`));
  }
  const [packed] = JSON.parse(output('npm', ['pack', '--dry-run', '--json', '--ignore-scripts']));
  sizes['as installed, as packed'] = { raw: packed.unpackedSize, gzip: packed.size };
  return sizes;
}

/** The form without what it has of other entries, which have their own size. */
function bundleForm(exports) {
  const entries = Object.values(exports).flatMap(
    ({ default: file }) => file?.slice('./pkg/'.length) ?? [],
  );
  const others = entries.filter((name) => !name.startsWith('form'));
  const external = [...others, 'entry/*'].flatMap((name) => [`../${name}`, `../../${name}`]);
  return bundle(`import './${exports['./form'].default}';`, external);
}

/** Diagnose without what a page has that signs in: the entry, and modules of the core. */
function bundleDiagnose(exports) {
  const external = ['./index.js', '../entry/*', '../page/*'];
  return bundle(`export * from '${exports['./diagnose'].default}';`, external);
}

/** @returns {Size} */
function sizeOf(bytes) {
  const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
  return {
    raw: bytes.length,
    gzip: gzipSync(bytes, { level: 9 }).length,
    brotli: brotliCompressSync(bytes, { params }).length,
  };
}

/** @returns {Size} */
function total(files) {
  const sum = (key) => files.reduce((bytes, { size }) => bytes + size[key], 0);
  return { raw: sum('raw'), gzip: sum('gzip'), brotli: sum('brotli') };
}

/**
 * Bundles a module as a production build does.
 *
 * @param {string} contents
 * @param {string[]} [external] imports that are left out
 * @returns {Promise<Array<{ path: string, size: Size, atStart: boolean }>>} its files; `atStart`: the
 *   page loads it before any call
 */
async function bundle(contents, external = []) {
  const { build } = await import('esbuild').catch(noBuild);
  const { outputFiles, metafile } = await build({
    stdin: { contents, resolveDir: root, sourcefile: 'app.js' },
    absWorkingDir: root,
    outdir: '/out',
    bundle: true,
    external,
    write: false,
    metafile: true,
    minify: true,
    splitting: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
  });
  const atStart = filesAtStart(metafile.outputs);
  return outputFiles.map(({ path, contents }) => ({
    path,
    size: sizeOf(contents),
    atStart: [...atStart].some((name) => path.endsWith(name.split('/').pop())),
  }));
}

/** The entry and all that it imports statically. */
function filesAtStart(outputs) {
  const found = new Set(
    Object.keys(outputs).filter((name) => outputs[name].entryPoint === 'app.js'),
  );
  for (const name of found) {
    for (const { path, kind, external } of outputs[name].imports) {
      if (kind === 'import-statement' && !external) found.add(path);
    }
  }
  return found;
}

/** Prints one line per size. */
function printTable(sizes, toolchain, { brotli = {} }) {
  const columns = (cells) => cells.map((cell) => String(cell).padStart(9)).join('');
  console.log(`Bytes, built with the toolchain '${toolchain}':\n`);
  console.log(`${''.padEnd(30)}${columns(['raw', 'gzip', 'brotli', 'budget'])}`);
  for (const [name, size] of Object.entries(sizes)) {
    const cells = [size.raw, size.gzip, size.brotli ?? '-', brotli[name] ?? '-'];
    console.log(`${name.padEnd(30)}${columns(cells)}`);
  }
}

/** The line for README.md. */
function readmeLine(sizes) {
  const kB = (name) => `${(sizes[name].brotli / 1000).toFixed(1)} kB`;
  return (
    `wasm ${kB('wasm, both parts')}, JavaScript ${kB('./url JavaScript')}, ` +
    `total ${kB('./url with both parts')} brotli ` +
    `(${kB('.')} with the wasm inside the JavaScript)`
  );
}

/** What of a size has a budget: what is loaded counts as compressed, what is installed does not. */
const counted = ({ brotli, raw }) => brotli ?? raw;

/** The sizes that have no budget, or are over it. */
function overBudget(sizes, { brotli }) {
  return Object.entries(sizes).flatMap(([name, size]) => {
    if (!(name in brotli)) return [`${name} has no budget`];
    const over = counted(size) - brotli[name];
    return over > 0 ? [`${name} is ${over} over budget`] : [];
  });
}

/** Whether README.md says other sizes. */
async function readmeProblems(sizes) {
  const said = README_LINE.exec(await readFile(README, 'utf8').catch(() => ''))?.[2];
  if (said === undefined) return ['README.md has no <!-- size -->…<!-- /size -->'];
  const numbers = (text) => [...text.matchAll(/([\d.]+) kB/g)].map((match) => Number(match[1]));
  const [old, now] = [numbers(said), numbers(readmeLine(sizes))];
  const close =
    old.length === now.length && now.every((n, i) => Math.abs(old[i] / n - 1) <= README_SLACK);
  return close
    ? []
    : ['The sizes in README.md are out of date. Run: npm run size -- --write-readme'];
}

/** Sets the budget to what is reached, and a little more. */
async function saveBudget(sizes, toolchain) {
  const entries = Object.entries(sizes).map(([name, size]) => [
    name,
    Math.ceil(counted(size) * SLACK),
  ]);
  const budget = { toolchain, brotli: Object.fromEntries(entries) };
  await writeFile(BUDGET, `${JSON.stringify(budget, null, 2)}\n`);
}

/** Sets the line in README.md. */
async function saveReadme(sizes) {
  const text = await readFile(README, 'utf8');
  await writeFile(
    README,
    text.replace(README_LINE, (_, start, __, end) => start + readmeLine(sizes) + end),
  );
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const type = /** @type {const} */ ('boolean');
    const options = { modules: { type }, 'write-budget': { type }, 'write-readme': { type } };
    const { values } = parseArgs({ options });
    if (values.modules) return sizeOfModules();
    await size({ writeBudget: values['write-budget'], writeReadme: values['write-readme'] });
  });
}
