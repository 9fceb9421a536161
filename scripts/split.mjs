/**
 * The core in two parts with one memory: docs/decisions.md#a-core-in-two-parts
 *
 * The first has what its own exports can reach, the second the rest, which imports the functions that it shares
 * with the first. So nothing in the first can call what is not there, and the glue of wasm-bindgen stays as it is:
 * the exports of both are those of one module.
 */
import binaryen from 'binaryen';
import { Failure } from './run.mjs';
import { reachableFrom } from './symbols.mjs';
import { leb, Reader, rewrite, sections, signedLeb, sized } from './wasm.mjs';

/** Whether an export is of the second part: those of `src/web/oidc.rs`, and what `LateJourneyCall` is for. */
const isOfSecond = (name) =>
  ['oidccore_', '__wbg_oidccore_', 'journeycore_callLate'].some((start) => name.startsWith(start));

/** From where the second part imports: `pkg/core/instance.js`. */
const FIRST = 'first';

/** What the first part exports for the second alone. The glue uses no names that are numbers. */
const [TABLE, STACK, FIRST_FUNCTION] = ['0', '1', 2];

/** Names in what wasm-bindgen makes. */
const [STACK_POINTER, EXTERNREFS] = ['__stack_pointer', '__wbindgen_externrefs'];

const OTHER_TABLE = 'The table of functions is not as the linker has made it';

const REMOVE_UNUSED = 'remove-unused-module-elements';

/** Sections by their number (WebAssembly 2.0 section 5.5.2). */
const [CODE, DATA, DATA_COUNT] = [10, 11, 12];

/**
 * Of functions of up to so many bytes each part has its own. One that the second imports from the first is an object
 * in the heap of the page, of 290 bytes.
 */
const SMALL = 40;

/**
 * @param {object} from
 * @param {Uint8Array} from.bound what wasm-bindgen has made
 * @param {Uint8Array} from.optimised the same, optimised, with the names of its functions
 * @param {import('./symbols.mjs').Graph} from.graph what the linker knows of both
 * @param {Map<string, string>} from.names of the exports: from those in `bound` to those in `optimised`
 * @returns {{ first: Buffer, second: Buffer }} optimised but for what the splitting has left over
 */
export function split({ bound, optimised, graph, names }) {
  const reached = reachedByFirst(bound, graph);
  const nameOf = (name) => names.get(name) ?? name;
  const late = new Set([...names.keys()].filter(isOfSecond).map(nameOf));

  const first = load(optimised);
  const table = readTable(first, graph);
  for (const name of exportsOf(first)) if (late.has(name)) first.removeExport(name);
  fillTable(first, table, (_, place) => reached.has(graph.table[place]));
  first.runPasses([REMOVE_UNUSED]);
  const kept = functionsOf(first);
  const keptNames = new Set(kept.map(({ name }) => name));
  const isKept = (name) => keptNames.has(name);
  fillTable(first, table, isKept);

  const second = load(optimised);
  for (const name of exportsOf(second)) if (!late.has(name)) second.removeExport(name);
  fillTable(second, table, (name) => !isKept(name));
  const small = smallFunctions(optimised);
  for (const [index, { name, params, results }] of kept.entries()) {
    if (small.has(name)) continue;
    second.removeFunction(name);
    second.addFunctionImport(name, FIRST, String(FIRST_FUNCTION + index), params, results);
  }
  second.addTableImport('0', FIRST, TABLE);
  second.addTableImport(EXTERNREFS, FIRST, nameOf(EXTERNREFS));
  second.addMemoryImport('0', FIRST, nameOf('memory'));
  second.addGlobalImport(STACK_POINTER, FIRST, STACK, binaryen.i32, true);
  second.runPasses([REMOVE_UNUSED]);

  for (const { name, module, base } of allFunctionsOf(second)) {
    if (module === FIRST) first.addFunctionExport(name, base);
  }
  first.addTableExport('0', TABLE);
  first.addGlobalExport(STACK_POINTER, STACK);
  const constants = splitConstants(optimised, graph, reached);
  return {
    first: withData(emit(first), constants.first),
    second: withData(emit(second), constants.second),
  };
}

/** The functions and constants that the first part can reach. */
function reachedByFirst(bound, graph) {
  const isRoot = (name) => !isOfSecond(name) && !name.startsWith('__wbindgen_describe');
  const roots = [...graph.exports].filter(([name]) => isRoot(name)).map(([, key]) => key);
  /** What stays of the linker's functions where only some are in the table. */
  const stay = (isInTable) => {
    const module = load(bound);
    for (const name of exportsOf(module)) if (isOfSecond(name)) module.removeExport(name);
    const table = readTable(module, graph);
    // A function that wasm-bindgen has replaced has a name that the linker doesn't know.
    const isSame = (name, place) =>
      [undefined, graph.table[place]].includes(graph.functions.get(name));
    if (!table.every(isSame)) throw new Failure(OTHER_TABLE);
    fillTable(module, table, isInTable);
    module.runPasses([REMOVE_UNUSED]);
    return functionsOf(module).flatMap(({ name }) => graph.functions.get(name) ?? []);
  };
  // With what wasm-bindgen exports, or calls, of the linker's functions.
  const called = stay(() => false);
  const reached = reachableFrom(graph, [...roots, ...called]);
  const isComplete = stay((_, place) => reached.has(graph.table[place])).every((key) =>
    reached.has(key),
  );
  if (called.length === 0 || !isComplete) {
    throw new Failure('The first part of the core calls functions that it may not have');
  }
  return reached;
}

/**
 * The data of each part: constants that the first can reach, or that have no symbol, and variables are the first's.
 */
function splitConstants(wasm, { constants }, reached) {
  const [rodata, ...variables] = dataOf(load(wasm));
  const { offset, data } = rodata;
  const isSecond = new Uint8Array(data.length);
  const mark = (isMarked, value) => {
    for (const { start, end } of constants.filter(isMarked)) {
      isSecond.fill(value, Math.max(start - offset, 0), Math.max(end - offset, 0));
    }
  };
  mark(() => true, 1);
  mark(({ key }) => reached.has(key), 0);
  const second = [];
  for (let at = isSecond.indexOf(1); at >= 0; ) {
    const next = isSecond.indexOf(0, at);
    const end = next < 0 ? data.length : next;
    second.push({ offset: offset + at, data: data.subarray(at, end) });
    at = isSecond.indexOf(1, end);
  }
  const first = { offset, data: data.map((byte, at) => (isSecond[at] ? 0 : byte)) };
  return { first: [first, ...variables], second };
}

/** The names of the functions in the table, by place; there is none at 0. */
function readTable(module, { table }) {
  const names = [undefined, ...segmentsOf(module).flatMap(({ data }) => data)];
  if (names.length !== table.length) throw new Failure(OTHER_TABLE);
  return names;
}

/** Puts some of the functions into the table, each at its place. */
function fillTable(module, table, isWanted) {
  for (const { name } of segmentsOf(module)) module.removeElementSegment(name);
  for (let place = 1; place < table.length; ) {
    const end = table.findIndex((name, index) => index >= place && !isWanted(name, index));
    const names = table.slice(place, end < 0 ? undefined : end);
    if (names.length > 0) {
      module.addActiveElementSegment('0', `at ${place}`, names, module.i32.const(place));
    }
    place += names.length + 1;
  }
}

const segmentsOf = (module) =>
  listOf(module.getNumElementSegments(), (index) =>
    binaryen.getElementSegmentInfo(module.getElementSegmentByIndex(index)),
  );

/** The names of the functions that are {@link SMALL}. */
function smallFunctions(wasm) {
  const small = sizesOfFunctions(wasm).filter(({ bytes }) => bytes <= SMALL);
  return new Set(small.map(({ name }) => name));
}

/**
 * How long the code of each function is.
 *
 * @param {Uint8Array} wasm
 * @returns {{ name: string, bytes: number }[]}
 */
export function sizesOfFunctions(wasm) {
  const reader = new Reader(sections(wasm).find(({ id }) => id === CODE).content);
  const sizes = reader.list(() => reader.bytes().length);
  return functionsOf(load(wasm)).map(({ name }, index) => ({ name, bytes: sizes[index] }));
}

/** With the features of `FEATURES` in `scripts/build.mjs`. */
function load(wasm) {
  const module = binaryen.readBinary(wasm);
  const { Features } = binaryen;
  module.setFeatures(
    Features.BulkMemory |
      Features.BulkMemoryOpt |
      Features.Multivalue |
      Features.MutableGlobals |
      Features.NontrappingFPToInt |
      Features.ReferenceTypes |
      Features.SignExt,
  );
  return module;
}

function emit(module) {
  if (!module.validate()) throw new Failure('A part of the core is not valid');
  return Buffer.from(module.emitBinary());
}

const exportsOf = (module) =>
  listOf(
    module.getNumExports(),
    (index) => binaryen.getExportInfo(module.getExportByIndex(index)).name,
  );

const allFunctionsOf = (module) =>
  listOf(module.getNumFunctions(), (index) =>
    binaryen.getFunctionInfo(module.getFunctionByIndex(index)),
  );

/** Without those that are imported. */
const functionsOf = (module) => allFunctionsOf(module).filter((one) => !one.module);

const dataOf = (module) =>
  listOf(module.getNumDataSegments(), (index) => {
    const info = module.getDataSegmentInfo(module.getDataSegmentByIndex(index));
    return { ...info, data: new Uint8Array(info.data) };
  });

const listOf = (length, read) => Array.from({ length }, (_, index) => read(index));

/** The module with other data. */
function withData(wasm, segments) {
  const written = segments.map(({ offset, data }) => [
    ...[0, 0x41, ...signedLeb(offset), 0x0b],
    ...sized(data),
  ]);
  const content = [...leb(segments.length), ...written.flat()];
  return rewrite(wasm, (id, present) => {
    if (id === DATA) return content;
    // Only instructions for passive segments need the number of segments.
    return id === DATA_COUNT ? undefined : present;
  });
}
