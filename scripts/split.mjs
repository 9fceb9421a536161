/**
 * `node scripts/split.mjs`: the core in two parts with one memory, into `target/split`, and their sizes.
 * docs/decisions.md#one-core-in-two-parts has what this was tried for. The package isn't built by it yet.
 *
 * Part one has all that its own exports can reach; no path of the code leads from there into part two. Each
 * export of part two is one of part one too: it calls part two through the table, and traps until part two
 * has been instantiated. So the glue of wasm-bindgen is that of one module, and the page does:
 *
 *     const exports = await init({ module_or_path: one });
 *     await WebAssembly.instantiate(two, { [FROM_ONE]: exports });
 *
 * before it calls anything of part two.
 */
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { brotliCompressSync, constants } from 'node:zlib';
import binaryen from 'binaryen';
import { FEATURES, wasmOpt } from './build.mjs';
import { nameByLikeness } from './order.mjs';
import { Failure, isMain, main, root, run } from './run.mjs';
import { setup } from './setup.mjs';
import { reach, symbolGraph, withoutRelocations } from './symbols.mjs';
import { webTarget } from './toolchain.mjs';
import { leb, Reader, sections, signedLeb, sized } from './wasm.mjs';

/** From where part two imports all that it needs. */
export const FROM_ONE = '_';

/**
 * What is in part two: exports, and futures that an export of part one makes only after JavaScript has
 * waited for part two. By the symbols of their polls, in the order of `JourneyCall`: `sessionInfo`, `terminate`.
 */
const PART_TWO = {
  exports: /^(?:oidccore_|__wbg_oidccore|journeycore_redirect)/,
  futures: [0, 1].map(
    (number) => new RegExp(`^_RNCNCNv\\w*3web7journeyNt\\w+JourneyCore4call0s${number}_0B`),
  ),
};

/** Part two writes over gaps of so few bytes of part one's constants: with the same. */
const SMALL_GAP = 16;

const FLAGS_NAMED = [
  ...FEATURES,
  '-Oz',
  '--one-caller-inline-max-function-size=40',
  '--skip-pass=local-cse',
  '--skip-pass=memory-packing',
  '-g',
];

const FLAGS_PART = [
  ...FEATURES,
  '--remove-unused-module-elements',
  '-Oz',
  // It has been done, and would move functions from one part into the other's callers.
  '--skip-pass=inlining',
  '--skip-pass=inlining-optimizing',
  '--skip-pass=local-cse',
  '--skip-pass=memory-packing',
  '--strip-debug',
  '--strip-producers',
  '--strip-target-features',
  '--reorder-functions',
];

/**
 * Splits a module.
 *
 * @param {object} from
 * @param {Buffer} from.named optimised, with the names of the symbols
 * @param {Iterable<[string, string]>} from.calls which function calls which, in `named`
 * @param {Buffer} from.linked what the linker made, with relocations
 * @param {typeof PART_TWO} from.partTwo
 * @returns {{ one: Part, two: Part }}
 *
 * @typedef {{ module: Uint8Array, data: Segment[] }} Part `data` is still to take the place of the module's
 * @typedef {[address: number, bytes: Buffer]} Segment
 */
export function split({ named, calls, linked, partTwo }) {
  const graph = symbolGraph(linked);
  const reached = reachedByOne(graph, partTwo);
  const late = exportsOf(load(named)).filter(({ name }) => partTwo.exports.test(name));
  const { tableSize, wasm } = withLargerTable(named, late.length);
  const source = load(wasm);
  const table = tableOf(source);
  /** Whether the function at each place of the table is in part one. */
  const isOfOne = table.map((_, index) => reached.has(`f${graph.table[index + 1]}`));
  const keptBy = functionsOfOne(source, { calls, late, table, isOfOne });
  const functions = functionsOf(source);
  const isTwo = ({ name, module }) => !module && !keptBy.has(name);
  const two = new Set(functions.filter(isTwo).map(({ name }) => name));
  /** What part two calls of part one, by the name that both use. */
  const shared = new Map();
  for (const [caller, called] of calls) {
    if (two.has(caller) && !two.has(called) && !shared.has(called)) {
      shared.set(called, `_${shared.size.toString(36)}`);
    }
  }
  const facts = { late, tableSize, table, functions, two, shared };
  const data = splitData(source, graph, reached);
  return {
    one: { module: partOne(load(wasm), facts), data: data.one },
    two: { module: partTwoOf(load(wasm), facts), data: data.two },
  };
}

/** The symbols that the exports of part one can reach, without the futures of part two. */
function reachedByOne(graph, partTwo) {
  const polls = new Set(
    partTwo.futures.map((pattern) => {
      const found = [...graph.names].find(([, name]) => pattern.test(name));
      if (!found) throw new Failure(`There is no symbol like ${pattern}`);
      return found[0];
    }),
  );
  // Their vtables: who doesn't have one can't call what is in it.
  const isCut = (key) =>
    key.startsWith('d') && [...(graph.uses.get(key) ?? [])].some((used) => polls.has(used));
  const isRoot = ({ name }) =>
    !/^__wbindgen_describe|jspi/.test(name) && !partTwo.exports.test(name);
  const roots = graph.exports.filter(isRoot).map(({ key }) => key);
  return reach(graph, roots, isCut);
}

/** The names of the functions of part one: what its exports and its places of the table call. */
function functionsOfOne(source, { calls, late, table, isOfOne }) {
  const called = new Map();
  for (const [caller, name] of calls) {
    called.set(caller, [...(called.get(caller) ?? []), name]);
  }
  const lateNames = new Set(late.map(({ name }) => name));
  const kept = new Set([
    ...exportsOf(source)
      .filter(({ name }) => !lateNames.has(name))
      .map(({ value }) => value),
    ...table.filter((_, index) => isOfOne[index]),
  ]);
  for (const name of kept) for (const next of called.get(name) ?? []) kept.add(next);
  return kept;
}

/** Part one: without the functions of part two, but with its exports. */
function partOne(module, { late, tableSize, table, functions, two, shared }) {
  setTable(module, table, (name) => !two.has(name));
  for (const name of two) module.removeFunction(name);
  for (const [index, { name, value }] of late.entries()) {
    const { params, results } = functions.find((other) => other.name === value);
    const given = binaryen.expandType(params).map((type, at) => module.local.get(at, type));
    const place = module.i32.const(tableSize + index);
    const call = module.call_indirect('0', place, given, params, results);
    module.removeExport(name);
    module.addFunction(`late ${name}`, params, results, [], call);
    module.addFunctionExport(`late ${name}`, name);
  }
  for (const [name, short] of shared) module.addFunctionExport(name, short);
  module.addTableExport('0', 'T');
  module.addGlobalExport('__stack_pointer', 'S');
  return emit(module);
}

/** Part two: its functions, and those of part one as imports. */
function partTwoOf(module, { late, tableSize, table, functions, two, shared }) {
  setTable(module, table, (name) => two.has(name));
  for (const [index, { value }] of late.entries()) {
    const place = module.i32.const(tableSize + index);
    module.addActiveElementSegment('0', `late${index}`, [value], place);
  }
  for (const { name } of exportsOf(module, undefined)) module.removeExport(name);
  for (const { name, params, results } of functions.filter((one) => !two.has(one.name))) {
    module.removeFunction(name);
    const short = shared.get(name);
    if (short) module.addFunctionImport(name, FROM_ONE, short, params, results);
  }
  module.addTableImport('0', FROM_ONE, 'T');
  module.addGlobalImport('__stack_pointer', FROM_ONE, 'S', binaryen.i32, true);
  module.addMemoryImport('0', FROM_ONE, 'memory');
  module.addTableImport('__wbindgen_externrefs', FROM_ONE, '__wbindgen_externrefs');
  return emit(module);
}

/** Puts into the table the functions of one of the parts, each at its place. */
function setTable(module, table, isWanted) {
  module.removeElementSegment('0');
  let run;
  const runs = [];
  for (const [index, name] of table.entries()) {
    if (!isWanted(name)) run = undefined;
    else if (run) run.names.push(name);
    else {
      run = { place: index + 1, names: [name] };
      runs.push(run);
    }
  }
  for (const { place, names } of runs) {
    module.addActiveElementSegment('0', `e${place}`, names, module.i32.const(place));
  }
}

/** The constants of each part; what is written at run time is part one's. */
function splitData(source, graph, reached) {
  const segments = dataOf(source);
  const { address } = graph.segments[0];
  const [constant, ...others] = segments;
  if (constant[0] !== address) throw new Failure('The first segment is not that of the constants');
  const [, bytes] = constant;
  const isOfOne = new Uint8Array(bytes.length);
  for (const { key, segment, start, size } of graph.data) {
    if (segment === 0 && reached.has(key)) isOfOne.fill(1, start, start + size);
  }
  const kept = Buffer.from(bytes.map((byte, index) => (isOfOne[index] ? byte : 0)));
  const ranges = [];
  for (const [index, isKept] of isOfOne.entries()) {
    if (isKept) continue;
    const last = ranges.at(-1);
    if (last && index - last.end < SMALL_GAP) last.end = index + 1;
    else ranges.push({ start: index, end: index + 1 });
  }
  return {
    one: [[address, kept], ...others.filter(([, written]) => written.some(Boolean))],
    two: ranges.map(({ start, end }) => [address + start, bytes.subarray(start, end)]),
  };
}

function load(wasm) {
  const module = binaryen.readBinary(wasm);
  const { BulkMemory, BulkMemoryOpt, Multivalue, MutableGlobals } = binaryen.Features;
  const { NontrappingFPToInt, ReferenceTypes, SignExt } = binaryen.Features;
  module.setFeatures(
    BulkMemory |
      BulkMemoryOpt |
      Multivalue |
      MutableGlobals |
      NontrappingFPToInt |
      ReferenceTypes |
      SignExt,
  );
  return module;
}

function emit(module) {
  if (!module.validate()) throw new Failure('A part is not valid');
  const bytes = module.emitBinary();
  module.dispose();
  return bytes;
}

/** @param {number} [kind] all kinds, if it is `undefined` */
function exportsOf(module, kind = binaryen.ExternalFunction) {
  return listOf(module.getNumExports(), (index) =>
    binaryen.getExportInfo(module.getExportByIndex(index)),
  ).filter((info) => kind === undefined || info.kind === kind);
}

function functionsOf(module) {
  return listOf(module.getNumFunctions(), (index) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
  );
}

/** The functions in the table, from place 1 on. */
function tableOf(module) {
  if (module.getNumElementSegments() !== 1) throw new Failure('There are several element segments');
  return binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(0)).data;
}

/** @returns {Segment[]} */
function dataOf(module) {
  return listOf(module.getNumDataSegments(), (index) => {
    const { offset, data } = module.getDataSegmentInfo(module.getDataSegmentByIndex(index));
    return [offset, Buffer.from(data)];
  });
}

const listOf = (length, read) => Array.from({ length }, (_, index) => read(index));

/** The module with more places at the end of its table of functions. */
function withLargerTable(wasm, more) {
  let tableSize = 0;
  const rewritten = rewrite(wasm, (id, content) => {
    if (id !== 4) return content;
    const reader = new Reader(content);
    const [count, type, limits] = [reader.number(), reader.byte(), reader.byte()];
    tableSize = reader.number();
    const maximum = limits === 1 ? leb(reader.number() + more) : [];
    const sizes = [...leb(tableSize + more), ...maximum];
    return [...leb(count), type, limits, ...sizes, ...content.subarray(reader.position)];
  });
  return { tableSize, wasm: rewritten };
}

/** The module with other data. */
function withData(wasm, data) {
  const segments = data.flatMap(([address, bytes]) => [
    ...[0, 0x41, ...signedLeb(address), 0x0b],
    ...sized(bytes),
  ]);
  return rewrite(wasm, (id, content) => {
    // The number of segments, which only instructions for passive ones need.
    if (id === 12) return undefined;
    return id === 11 ? [...leb(data.length), ...segments] : content;
  });
}

/** The module with each section as it is given back, or without it. */
function rewrite(wasm, change) {
  const parts = sections(wasm).map(({ id, content }) => {
    const changed = change(id, content);
    return Buffer.from(changed ? [id, ...sized(changed)] : []);
  });
  return Buffer.concat([wasm.subarray(0, 8), ...parts]);
}

/** Makes a part small, with its data. */
async function optimisePart(folder, name, { module, data }) {
  const [raw, small] = [join(folder, `${name}.raw.wasm`), join(folder, `${name}.wasm`)];
  await writeFile(raw, module);
  await run(wasmOpt, [...FLAGS_PART, raw, '-o', small]);
  await writeFile(raw, nameByLikeness(withData(await readFile(small), data)));
  await run(wasmOpt, [
    ...FEATURES,
    '--reorder-functions-by-name',
    '--strip-debug',
    raw,
    '-o',
    small,
  ]);
  return readFile(small);
}

/** Which function calls which. */
function* callsOf(file) {
  const args = [...FEATURES, file, '--print-call-graph', '-o', '/dev/null'];
  const text = execFileSync(wasmOpt, args, { encoding: 'utf8', maxBuffer: 2 ** 26 });
  for (const [, caller, called] of text.matchAll(/^ *"(.*)" -> "(.*)"; \/\/ call$/gm)) {
    yield [caller, called];
  }
}

/** Compiles with relocations, binds, optimises with names, splits. */
async function buildParts({ toolchain: { cargo, env, published }, wasmBindgen }) {
  const folder = join(root, 'target/split');
  await mkdir(folder, { recursive: true });
  const what = ['--locked', '--release', '--lib', '--crate-type=cdylib'];
  await run(cargo, ['rustc', ...what, ...published.args, '--', '-Clink-arg=--emit-relocs'], {
    env: { ...env, ...published.env },
  });
  const path = join(webTarget, 'wasm32-unknown-unknown/release/journey_oidc.wasm');
  const linked = await readFile(path);
  const file = (name) => join(folder, name);
  await writeFile(file('core.wasm'), withoutRelocations(linked));
  const flags = ['--target=bundler', '--encode-into=always', '--no-typescript'];
  await run(wasmBindgen.cli, [...flags, '--out-dir', folder, file('core.wasm')]);
  const bound = file('core_bg.wasm');
  await run(wasmOpt, [...FLAGS_NAMED, bound, '-o', file('named.wasm')]);
  const named = await readFile(file('named.wasm'));
  const calls = [...callsOf(file('named.wasm'))];
  const parts = split({ named, calls, linked, partTwo: PART_TWO });
  for (const [name, part] of Object.entries(parts)) {
    const wasm = await optimisePart(folder, name, part);
    const params = { [constants.BROTLI_PARAM_QUALITY]: 11 };
    const compressed = brotliCompressSync(wasm, { params }).length;
    console.log(`${name}.wasm: ${wasm.length} bytes, ${compressed} by Brotli`);
  }
}

if (isMain(import.meta.url)) await main(async () => buildParts(await setup()));
