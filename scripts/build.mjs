/**
 * Builds the wasm into `pkg/wasm/`:
 *
 * - `core.wasm` and `oidc.wasm`, for `journey-oidc/url`: the core in two parts, see `split.mjs`;
 * - `inline.js` and `inline-oidc.js`, the same, compressed, as base64, for `journey-oidc`;
 * - `core.js`, the glue of wasm-bindgen, which uses the modules in `pkg/core`, and its types;
 * - `build.json`, which says of what it was built, so that the same isn't built again.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateRawSync } from 'node:zlib';
import { nameByLikeness } from './order.mjs';
import { duration, Failure, isMain, main, output, root, run, say } from './run.mjs';
import { setup } from './setup.mjs';
import { readGraph, withoutGraph } from './symbols.mjs';
import { webTarget } from './toolchain.mjs';
import { bundleVendor } from './vendor.mjs';

/** Where the built files go. */
export const wasmFolder = join(root, 'pkg/wasm');

/** Binaryen's optimiser. */
export const wasmOpt = join(root, 'node_modules/.bin/wasm-opt');

/** What of the npm packages decides about the outputs. */
const TOOLS = ['@gfx/zopfli', 'binaryen', 'esbuild'].map((name) =>
  join(root, 'node_modules', name, 'package.json'),
);

const FILES = [
  ...['core.wasm', 'oidc.wasm', 'core.js', 'core.d.ts'],
  ...['inline.js', 'inline.d.ts', 'inline-oidc.js', 'inline-oidc.d.ts'],
];

/** The scripts that decide about the outputs. */
const SCRIPTS = ['build', 'order', 'split', 'symbols', 'toolchain', 'wasm'].map(
  (name) => `scripts/${name}.mjs`,
);

export const BINDGEN_FLAGS = [
  // The glue as a module of its own, `core_bg.js`: see {@link coreModule}.
  '--target=bundler',
  '--encode-into=always',
  '--no-typescript',
  // The names of the linker, for `split`.
  '--no-demangle',
];

/** What of WebAssembly is used: all browsers of docs/decisions.md#which-browsers-and-which-node have it. */
export const FEATURES = [
  '--enable-bulk-memory',
  '--enable-multivalue',
  '--enable-mutable-globals',
  '--enable-nontrapping-float-to-int',
  '--enable-reference-types',
  '--enable-sign-ext',
];

export const OPT_FLAGS = [
  ...FEATURES,
  '-Oz',
  // A function with one caller stays a function unless it is tiny: 2 % smaller, compressed.
  '--one-caller-inline-max-function-size=40',
  // What these save, compression saves as well, and more: 0.4 % smaller, compressed.
  '--skip-pass=local-cse',
  '--skip-pass=memory-packing',
  // With the names of functions, for `split`.
  '-g',
  // Prints the new names, for `split` and `minifyGlue`.
  '--minify-imports-and-exports-and-modules',
];

/** For a part of the core, which is optimised. */
const PART_FLAGS = [
  ...FEATURES,
  '-Oz',
  '--skip-pass=inlining',
  '--skip-pass=inlining-optimizing',
  '--skip-pass=local-cse',
  '--skip-pass=memory-packing',
  '--strip-debug',
  '--strip-producers',
  '--strip-target-features',
  // By how often they are called, as `nameByLikeness` wants them.
  '--reorder-functions',
];

/** Sorts by the names of `nameByLikeness`. */
const ORDER_FLAGS = [...FEATURES, '--reorder-functions-by-name', '--strip-debug'];

/**
 * Builds what has changed.
 *
 * @param {Awaited<ReturnType<typeof setup>>} ready
 */
export async function build({ toolchain, wasmBindgen }) {
  const start = Date.now();
  await bundleVendor();
  say(`Building the wasm (${toolchain.name}, rustc ${toolchain.version})`);
  const wasm = await compile(toolchain);
  const made = {
    toolchain: toolchain.name,
    rustc: toolchain.version,
    hash: await hashInputs(wasm, wasmBindgen),
    sources: await hashSources(root),
  };
  if (await isBuilt(made)) {
    await writeBuildFile(made);
    console.log(`pkg/wasm is up to date (${duration(Date.now() - start)})`);
    return;
  }
  const linked = await readFile(wasm);
  await writeOutputs(await optimise(linked, await bind(linked, wasmBindgen)), made);
  console.log(`pkg/wasm is built (${duration(Date.now() - start)})`);
}

/** Compiles the crate; the path of the wasm. */
async function compile({ cargo, env, published }) {
  if (!existsSync(join(root, 'Cargo.lock'))) throw new Failure('Cargo.lock is missing');
  // The library for Rust, made along with it, would keep its functions alive: 3.8 kB.
  const what = ['--locked', '--release', '--lib', '--crate-type=cdylib'];
  // What uses what, for `split`.
  const flags = ['--', '-Clink-arg=--emit-relocs'];
  await run(cargo, ['rustc', ...what, ...published.args, ...flags], {
    env: { ...env, ...published.env },
  });
  return join(webTarget, 'wasm32-unknown-unknown/release/journey_oidc.wasm');
}

/** A hash of all that decides about the outputs. */
async function hashInputs(wasm, wasmBindgen) {
  const files = [wasm, ...SCRIPTS.map((name) => join(root, name)), ...TOOLS];
  const hash = createHash('sha256').update(wasmBindgen.version);
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex');
}

/** A hash of what a checkout's outputs are made of, before any toolchain has touched it. */
async function hashSources(folder) {
  const sources = (await readdir(join(folder, 'src'), { recursive: true }))
    .filter((name) => name.endsWith('.rs'))
    .map((name) => join('src', name))
    .sort();
  const hash = createHash('sha256');
  for (const name of ['Cargo.toml', 'Cargo.lock', ...SCRIPTS, ...sources]) {
    hash.update(name).update(await readFile(join(folder, name)));
  }
  for (const file of TOOLS) hash.update(await readFile(file));
  return hash.digest('hex');
}

/**
 * Whether what is built is of the sources as they are now, whichever toolchain made it.
 *
 * @param {string} [folder] of the checkout
 */
export async function isCurrent(folder = root) {
  const { sources } = await readBuildFile(join(folder, 'pkg/wasm'));
  return sources !== undefined && sources === (await hashSources(folder));
}

/** Whether the outputs are there, and of these inputs. */
async function isBuilt({ hash }) {
  return (await readBuildFile(wasmFolder)).hash === hash;
}

/** What is known of the outputs, where they all are there. */
async function readBuildFile(folder) {
  const built = await readFile(join(folder, 'build.json'), 'utf8').catch(() => '{}');
  const complete = FILES.every((name) => existsSync(join(folder, name)));
  return complete ? JSON.parse(built) : {};
}

async function writeBuildFile(made) {
  await replaceFile(join(wasmFolder, 'build.json'), `${JSON.stringify(made, null, 2)}\n`);
}

/** Makes the glue; the folder with both. */
async function bind(linked, { cli }) {
  const folder = join(webTarget, 'bindgen');
  await rm(folder, { recursive: true, force: true });
  await mkdir(folder, { recursive: true });
  const wasm = join(folder, 'linked.wasm');
  await writeFile(wasm, withoutGraph(linked));
  await run(cli, [...BINDGEN_FLAGS, '--out-dir', folder, '--out-name', 'core', wasm]);
  return folder;
}

/**
 * Makes wasm and glue small; the contents of the outputs.
 *
 * @param {Buffer} linked
 * @param {string} folder what wasm-bindgen has made of it
 */
async function optimise(linked, folder) {
  const [bound, optimised] = [join(folder, 'core_bg.wasm'), join(folder, 'core.wasm')];
  const { imports, exports } = JSON.parse(runWasmOpt([...OPT_FLAGS, bound, '-o', optimised]));
  // It imports a package, which set-up installs.
  const { split } = await import('./split.mjs');
  const parts = split({
    bound: await readFile(bound),
    optimised: await readFile(optimised),
    graph: readGraph(linked),
    names: new Map(exports),
  });
  const first = await optimisePart(join(folder, 'first.wasm'), parts.first);
  const second = await optimisePart(join(folder, 'second.wasm'), parts.second);
  const version = createHash('sha256').update(first).update(second).digest('base64url').slice(0, 8);
  const [core, oidc] = [first, second].map((wasm) => withVersion(wasm, version));
  const names = new Map([...imports.map(([, old, short]) => [old, short]), ...exports]);
  return {
    'core.wasm': core,
    'oidc.wasm': oidc,
    'core.js': await minifyGlue(await coreModule(folder, version), names),
    'core.d.ts': CORE_TYPES,
    'inline.js': await inlineModule(core),
    'inline.d.ts': INLINE_TYPES,
    'inline-oidc.js': await inlineModule(oidc),
    'inline-oidc.d.ts': INLINE_TYPES,
  };
}

/** Makes a part of the core small, and sorts its functions. */
async function optimisePart(file, wasm) {
  await writeFile(file, wasm);
  runWasmOpt([...PART_FLAGS, file, '-o', file]);
  await writeFile(file, nameByLikeness(await readFile(file)));
  runWasmOpt([...ORDER_FLAGS, file, '-o', file]);
  return readFile(file);
}

/** @returns {string} what it has printed */
function runWasmOpt(args) {
  const printed = output(wasmOpt, args);
  if (printed === undefined) throw new Failure(`wasm-opt ${args.join(' ')} failed`);
  return printed;
}

const CORE_TYPES = `import type { Instance } from '../core/instance.js';

export interface Core extends Instance {
  /** A handle on a client that outlives traps, or an error value. */
  connect(
    load: (part?: 'oidc') => Promise<Core>,
    factory: 'createJourney' | 'createOidc',
    input: () => unknown,
    isWatched: () => boolean,
  ): Promise<any>;
}

/** The live instance; a fresh one after a trap. */
export function start(module: WebAssembly.Module): Promise<Core>;
`;

const INLINE_TYPES = `/** The compressed wasm in base64, to be read from the source of this function. */
export function text(): string;

/** The bytes of the wasm. */
export const size: number;
`;

/** The wasm with a custom section that tells which it is: the glue fits no other. */
function withVersion(wasm, version) {
  const content = Buffer.from(`\x07version${version}`);
  return Buffer.concat([wasm, Buffer.from([0, content.length]), content]);
}

/**
 * The module that starts instances. Each runs the glue of wasm-bindgen in a scope of its own, where that finds
 * `page` among the arguments: see `CreateGlue` in `pkg/core/instance.js`.
 *
 * @param {string} folder where wasm-bindgen has put the glue, `core_bg.js`
 * @param {string} version
 */
async function coreModule(folder, version) {
  const { build } = await import('esbuild');
  const options = { bundle: true, write: false, format: 'esm' };
  const glue = await build({
    ...options,
    entryPoints: [join(folder, 'core_bg.js')],
    metafile: true,
  });
  const names = Object.values(glue.metafile.outputs)[0].exports.join();
  // As statements that can stand in a function. A namespace would be an object with a getter for each export.
  const contents = `import { ${names} } from './core_bg.js'; receive({ ${names} });`;
  const { outputFiles } = await build({ ...options, stdin: { contents, resolveDir: folder } });
  const [{ text }] = outputFiles;
  return `import { connect } from '../core/client.js';
import { starter } from '../core/instance.js';
function createGlue(page) {
let glue;
const receive = (exports) => {
  glue = exports;
};
${text}
const attach = (wasm) => {
  glue.__wbg_set_wasm(wasm);
  wasm.__wbindgen_start();
};
return { exports: glue, imports: { a: glue }, attach };
}
export const start = starter('${version}', createGlue, connect);`;
}

/**
 * The glue, minified: nobody reads it. It imports modules of `pkg`. The imports and exports of the wasm get the
 * names that `wasm-opt` has given them: that makes both files 2.3 kB smaller.
 *
 * @param {string} contents
 * @param {Map<string, string>} names the short ones, by the old ones
 */
async function minifyGlue(contents, names) {
  const { build } = await import('esbuild');
  const { outputFiles } = await build({
    stdin: { contents, resolveDir: wasmFolder, sourcefile: 'core.js' },
    external: ['../core/*'],
    bundle: true,
    write: false,
    minify: true,
    format: 'esm',
    target: 'es2022',
    logLevel: 'warning',
    mangleProps: new RegExp(`^(?:${[...names.keys()].join('|')})$`),
    mangleCache: Object.fromEntries(names),
  });
  return outputFiles[0].contents;
}

/** Compresses by Zopfli: a twentieth smaller than by zlib, and read by the same `deflate-raw`. */
async function deflate(bytes) {
  const { deflateAsync } = await import('@gfx/zopfli');
  const compressed = Buffer.from(await deflateAsync(bytes, {}));
  if (!inflateRawSync(compressed).equals(bytes)) throw new Failure('Zopfli has lost something');
  return compressed;
}

/**
 * The module with the compressed wasm as base64, and the size of the wasm. Chromium keeps a literal in its heap once
 * more, 153 kB, but not what is in the source of a function that is never called.
 */
async function inlineModule(wasm) {
  const base64 = (await deflate(wasm)).toString('base64');
  return `export const text = () => '${base64}';\nexport const size = ${wasm.length};\n`;
}

/** Writes the outputs, `build.json` last: what is interrupted is built again. */
async function writeOutputs(outputs, made) {
  await mkdir(wasmFolder, { recursive: true });
  await rm(join(wasmFolder, 'build.json'), { force: true });
  for (const [name, content] of Object.entries(outputs)) {
    await replaceFile(join(wasmFolder, name), content);
  }
  await writeBuildFile(made);
}

/** Replaces a file at once, for who reads it meanwhile. */
async function replaceFile(path, content) {
  const made = `${path}.${process.pid}.new`;
  await writeFile(made, content);
  await rename(made, path);
}

if (isMain(import.meta.url)) await main(async () => build(await setup()));
