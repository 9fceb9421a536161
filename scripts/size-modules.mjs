/**
 * `npm run size -- --modules`: what each module of the crate, and each dependency, weighs in the
 * WebAssembly: bytes of its functions after `wasm-opt`, before compression. An inlined function
 * counts where it was inlined, a generic one where it is defined.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { BINDGEN_FLAGS, OPT_FLAGS, wasmOpt } from './build.mjs';
import { Failure, output, run } from './run.mjs';
import { setup } from './setup.mjs';
import { webTarget } from './toolchain.mjs';

const CRATE = 'journey_oidc';

/** Prints a line per module and dependency, the largest first. */
export async function sizeOfModules() {
  const sums = new Map();
  const add = (name, bytes) => sums.set(name, (sums.get(name) ?? 0) + bytes);
  const wasm = await namedWasm();
  // It imports a package, which set-up installs.
  const { sizesOfFunctions } = await import('./split.mjs');
  for (const { name, bytes } of sizesOfFunctions(wasm)) {
    const path = pathOf(name);
    add(
      path[0] === CRATE
        ? path
            .filter((part) => /^[a-z]/.test(part))
            .slice(0, 3)
            .join('::')
        : path[0],
      bytes,
    );
  }
  const rows = [...sums].sort(([, a], [, b]) => b - a);
  const total = rows.reduce((sum, [, bytes]) => sum + bytes, 0);
  for (const [name, bytes] of [['all functions', total], ...rows]) {
    const share = `${((bytes / total) * 100).toFixed(1)} %`;
    console.log(`${name.padEnd(44)}${String(bytes).padStart(8)}${share.padStart(9)}`);
  }
}

/** The wasm as it is published, but with the names of its functions. */
async function namedWasm() {
  const linked = join(webTarget, 'bindgen/linked.wasm');
  if (!existsSync(linked)) throw new Failure('There is no build: run `npm run build` first.');
  const folder = join(webTarget, 'named');
  const { wasmBindgen } = await setup();
  const bindgenFlags = BINDGEN_FLAGS.filter((flag) => flag !== '--no-demangle');
  await run(wasmBindgen.cli, [...bindgenFlags, '--out-dir', folder, '--out-name', 'core', linked]);
  const [bound, named] = [join(folder, 'core_bg.wasm'), join(folder, 'named.wasm')];
  const flags = OPT_FLAGS.filter((flag) => !flag.startsWith('--minify'));
  const args = [...flags, bound, '-o', named];
  if (output(wasmOpt, args) === undefined) {
    throw new Failure(`wasm-opt ${args.join(' ')} failed`);
  }
  return readFile(named);
}

/**
 * The crate and modules of a function's name, such as `<serde[1f…]::ser::Impl>::new`: of our own
 * crate where it is named, else of the first one.
 *
 * @param {string} name
 * @returns {string[]}
 */
function pathOf(name) {
  const paths = [...name.matchAll(/(\w+)\[[0-9a-f]{16}\]((?:::\w+)*)/g)];
  const path = paths.find(([, crate]) => crate === CRATE) ?? paths[0];
  return path ? [path[1], ...path[2].split('::').slice(1)] : ['(glue)'];
}
