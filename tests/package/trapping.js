/** Builds of the core that trap when they are told to. */
import { readFile } from 'node:fs/promises';
import binaryen from 'binaryen';

const [CORE, OIDC] = ['core', 'oidc'].map(
  (name) => new URL(`../../pkg/wasm/${name}.wasm`, import.meta.url),
);

/** How a build traps: what it does then. */
const WAYS = {
  unreachable: (module) => module.unreachable(),
  // Until the stack is full: a `RangeError`, not a `WebAssembly.RuntimeError`.
  overflow: (module) => {
    const again = module.call('overflow', [], binaryen.i32);
    module.addFunction('overflow', binaryen.none, binaryen.i32, [], again);
    return module.drop(module.call('overflow', [], binaryen.i32));
  },
};

/**
 * The core, of whose first part one more export is the global `countdown`: when it is set to n, the n-th call of any
 * export from then on traps, be it a call of the app's, of the browser's, or from inside of another.
 *
 * @param {keyof typeof WAYS} way
 * @returns {Promise<{ core: Buffer, oidc: Buffer }>}
 */
export async function trappingCore(way) {
  const module = binaryen.readBinary(await readFile(CORE));
  const { i32 } = binaryen;
  const left = () => module.global.get('countdown', i32);
  module.addGlobal('countdown', i32, true, module.i32.const(0));
  module.addGlobalExport('countdown', 'countdown');
  module.addFunction(
    'count',
    binaryen.none,
    binaryen.none,
    [],
    module.if(
      left(),
      module.block(null, [
        module.global.set('countdown', module.i32.sub(left(), module.i32.const(1))),
        module.if(module.i32.eqz(left()), WAYS[way](module)),
      ]),
    ),
  );
  module.addFunctionExport('count', 'count');
  const oidc = binaryen.readBinary(await readFile(OIDC));
  oidc.addFunctionImport('count', 'first', 'count', binaryen.none, binaryen.none);
  return { core: counted(module), oidc: counted(oidc) };
}

/** The module, in which each call of an export of the glue's is counted. */
function counted(module) {
  for (const { name, value } of exportedFunctions(module)) {
    const { params, results } = binaryen.getFunctionInfo(module.getFunction(value));
    const given = binaryen.expandType(params).map((type, index) => module.local.get(index, type));
    const body = module.block(
      null,
      [module.call('count', [], binaryen.none), module.call(value, given, results)],
      results,
    );
    module.addFunction(`counted ${name}`, params, results, [], body);
    module.removeExport(name);
    module.addFunctionExport(`counted ${name}`, name);
  }
  const bytes = Buffer.from(module.emitBinary());
  module.dispose();
  return bytes;
}

/** Numbers are for the other part. */
const isGlues = (name) => name !== 'count' && Number.isNaN(Number(name));

function exportedFunctions(module) {
  return Array.from({ length: module.getNumExports() }, (_, index) =>
    binaryen.getExportInfo(module.getExportByIndex(index)),
  ).filter(({ kind, name }) => kind === binaryen.ExternalFunction && isGlues(name));
}
