/**
 * Builds the wasm into `pkg/wasm/`:
 *
 * - `core.wasm`, for `journey-oidc/url`;
 * - `inline.js`, the same, compressed, as base64 that unpacks itself, for `journey-oidc`;
 * - `core.js` and `core.d.ts`, the glue of wasm-bindgen;
 * - `build.json`, which says of what it was built, so that the same isn't built again.
 */
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { constants, deflateRawSync } from 'node:zlib';
import { duration, Failure, isMain, main, output, root, run, say } from './run.mjs';
import { setup } from './setup.mjs';
import { webTarget } from './toolchain.mjs';

/** Where the built files go. */
export const wasmFolder = join(root, 'pkg/wasm');

const FILES = ['core.wasm', 'core.js', 'core.d.ts', 'inline.js', 'inline.d.ts'];

const BINDGEN_FLAGS = [
  '--target=web',
  // The loader passes the module: no second copy of the wasm for bundlers to find.
  '--omit-default-module-path',
  // A fresh instance after a trap.
  '--experimental-reset-state-function',
  '--encode-into=always',
];

const OPT_FLAGS = [
  // What rustc and wasm-bindgen use; Chrome 111, Firefox 115 and Safari 16.4 have all of it.
  '--enable-bulk-memory',
  '--enable-multivalue',
  '--enable-mutable-globals',
  '--enable-nontrapping-float-to-int',
  '--enable-reference-types',
  '--enable-sign-ext',
  '-Oz',
  // A function with one caller stays a function unless it is tiny: 2 % smaller, compressed.
  '--one-caller-inline-max-function-size=40',
  '--strip-debug',
  '--strip-producers',
  '--strip-target-features',
  // Prints the new names, for `renameInGlue`.
  '--minify-imports-and-exports-and-modules',
];

/**
 * Builds what has changed.
 *
 * @param {Awaited<ReturnType<typeof setup>>} ready
 */
export async function build({ toolchain, wasmBindgen }) {
  const start = Date.now();
  say(`Building the wasm (${toolchain.name}, rustc ${toolchain.version})`);
  const wasm = await compile(toolchain);
  const made = {
    toolchain: toolchain.name,
    rustc: toolchain.version,
    hash: await hashInputs(wasm, wasmBindgen),
  };
  if (await isBuilt(made)) {
    console.log(`pkg/wasm is up to date (${duration(Date.now() - start)})`);
    return;
  }
  await writeOutputs(await optimise(await bind(wasm, wasmBindgen)), made);
  console.log(`pkg/wasm is built (${duration(Date.now() - start)})`);
}

/** Compiles the crate; the path of the wasm. */
async function compile({ cargo, env, published }) {
  if (!existsSync(join(root, 'Cargo.lock'))) throw new Failure('Cargo.lock is missing');
  await run(cargo, ['build', '--locked', '--release', '--lib', ...published.args], {
    env: { ...env, ...published.env },
  });
  return join(webTarget, 'wasm32-unknown-unknown/release/journey_oidc.wasm');
}

/** A hash of all that decides about the outputs. */
async function hashInputs(wasm, wasmBindgen) {
  const files = [
    wasm,
    new URL(import.meta.url),
    ...['binaryen', 'esbuild'].map((name) => join(root, 'node_modules', name, 'package.json')),
  ];
  const hash = createHash('sha256').update(wasmBindgen.version);
  for (const file of files) hash.update(await readFile(file));
  return hash.digest('hex');
}

/** Whether the outputs are there, and of these inputs. */
async function isBuilt({ hash }) {
  const built = await readFile(join(wasmFolder, 'build.json'), 'utf8').catch(() => '{}');
  const complete = FILES.every((name) => existsSync(join(wasmFolder, name)));
  return complete && JSON.parse(built).hash === hash;
}

/** Makes the glue; the folder with both. */
async function bind(wasm, { cli }) {
  const folder = join(webTarget, 'bindgen');
  await rm(folder, { recursive: true, force: true });
  await run(cli, [...BINDGEN_FLAGS, '--out-dir', folder, '--out-name', 'core', wasm]);
  return folder;
}

/** Makes wasm and glue small; the contents of the outputs. */
async function optimise(folder) {
  const { transform } = await import('esbuild');
  const optimised = join(folder, 'core.wasm');
  const args = [...OPT_FLAGS, join(folder, 'core_bg.wasm'), '-o', optimised];
  const names = output(join(root, 'node_modules/.bin/wasm-opt'), args);
  if (names === undefined) throw new Failure(`wasm-opt ${args.join(' ')} failed`);
  const wasm = await readFile(optimised);
  const glue = renameInGlue(await readFile(join(folder, 'core.js'), 'utf8'), JSON.parse(names));
  const { code } = await transform(glue, { minify: true, format: 'esm', target: 'es2022' });
  const compressed = deflateRawSync(wasm, { level: constants.Z_BEST_COMPRESSION, memLevel: 9 });
  return {
    'core.wasm': wasm,
    'core.js': code,
    'core.d.ts': await readFile(join(folder, 'core.d.ts')),
    'inline.js': inlineModule(compressed.toString('base64')),
    'inline.d.ts': 'export default function unpack(): ReadableStream<BufferSource>;\n',
  };
}

/**
 * The module that gives the bytes of the wasm, as a stream. Decoded in a plain loop, where the
 * browser can't: a callback per character takes ten times as long.
 */
function inlineModule(base64) {
  return `const decode=t=>{if(Uint8Array.fromBase64)return Uint8Array.fromBase64(t);const d=atob(t),n=d.length,b=new Uint8Array(n);for(let i=0;i<n;i++)b[i]=d.charCodeAt(i);return b};
export default()=>new Blob([decode('${base64}')]).stream().pipeThrough(new DecompressionStream('deflate-raw'));\n`;
}

/**
 * Gives the imports and exports of the wasm their short names in the glue too. They are the keys
 * of its import object, and the properties of `wasm`. Some 50 bytes each before, in both files.
 *
 * @param {string} glue
 * @param {{ imports: Array<[module: string, old: string, short: string]>, exports: Array<[old: string, short: string]> }} names
 */
export function renameInGlue(glue, { imports, exports }) {
  const replace = (text, pattern, replacement) => {
    if (!pattern.test(text)) throw new Failure(`The glue of wasm-bindgen lacks ${pattern}`);
    return text.replace(pattern, () => replacement);
  };
  const importNames = new Map(imports.map(([, old, short]) => [old, short]));
  const exportNames = new Map(exports);
  let found = 0;
  const renamed = replace(glue, /"\.\/core_bg\.js"(?=: import0)/, '"a"')
    .replace(/^( {8})(\w+)(?=: )/gm, (match, indent, name) => {
      if (!importNames.has(name)) return match;
      found += 1;
      return indent + importNames.get(name);
    })
    .replace(/\bwasm\.(\w+)/g, (match, name) =>
      exportNames.has(name) ? `wasm.${exportNames.get(name)}` : match,
    );
  if (found !== importNames.size) {
    throw new Failure(`The glue of wasm-bindgen has ${found} of ${importNames.size} imports`);
  }
  return renamed;
}

/** Writes the outputs, `build.json` last: what is interrupted is built again. */
async function writeOutputs(outputs, made) {
  await mkdir(wasmFolder, { recursive: true });
  await rm(join(wasmFolder, 'build.json'), { force: true });
  for (const [name, content] of Object.entries(outputs)) await replaceFile(name, content);
  await replaceFile('build.json', `${JSON.stringify(made, null, 2)}\n`);
}

/** Replaces a file at once, for who reads it meanwhile. */
async function replaceFile(name, content) {
  const path = join(wasmFolder, name);
  await writeFile(`${path}.new`, content);
  await rename(`${path}.new`, path);
}

if (isMain(import.meta.url)) await main(async () => build(await setup()));
