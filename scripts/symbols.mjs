/**
 * What the linker knows of a wasm: which function and which constant uses which. A wasm that is linked with
 * `--emit-relocs` has it in custom sections:
 * https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md
 */
import { Failure } from './run.mjs';
import { Reader, sections, withoutSections } from './wasm.mjs';

/** Sections by their number (WebAssembly 2.0 section 5.5.2). */
const [IMPORTS, EXPORTS, ELEMENTS, CODE, DATA] = [2, 7, 9, 10, 11];

const SYMBOL_TABLE = 8;

/** Kinds of symbols. */
const [FUNCTION, CONSTANT, SECTION] = [0, 1, 3];

/** Flags of symbols. */
const [UNDEFINED, EXPLICIT_NAME] = [0x10, 0x40];

/**
 * Types of relocations: what they are written as, and what they refer to, where that is a function, its place in
 * the table, or an address. Rust for the web has no others.
 */
const RELOCATIONS = new Map([
  [0, { read: (reader) => reader.number(), to: 'function' }],
  [1, { read: (reader) => reader.signedNumber(), to: 'place' }],
  [2, { read: (reader) => reader.fixedNumber(), to: 'place' }],
  [3, { read: (reader) => reader.number(), to: 'address' }],
  [4, { read: (reader) => reader.signedNumber(), to: 'address' }],
  [5, { read: (reader) => reader.fixedNumber(), to: 'address' }],
  // A type, a global, a table: all of them are in the first part.
  [6, {}],
  [7, {}],
  [20, {}],
]);

/**
 * What can be used, by keys: `f` and the index of a function, `d` and the address of a constant.
 *
 * @typedef {object} Graph
 * @property {Map<string, Set<string>>} uses
 * @property {Map<string, string>} exports the exported functions, by name
 * @property {Map<string, string>} functions all that have a name, by it
 * @property {string[]} table the functions in the table, by place; there is none at 0
 * @property {{ key: string, start: number, end: number }[]} constants by address
 */

/**
 * @param {Buffer} wasm
 * @returns {Graph}
 * @throws {Failure} where a relocation can't be followed, or doesn't lead to what is written at its place
 */
export function readGraph(wasm) {
  const parts = partsOf(wasm);
  const imported = parts.get(IMPORTS).list(() => importedFunction(parts.get(IMPORTS))).length;
  const bodies = parts.get(CODE).list(() => rangeOf(parts.get(CODE)));
  const table = readTable(parts.get(ELEMENTS));
  const segments = readSegments(parts.get(DATA));
  const symbols = readSymbols(parts.get('linking'), segments);
  const constants = symbols.filter(({ kind, key }) => kind === CONSTANT && key);
  /** @type {Map<string, Set<string>>} */
  const uses = new Map();
  const follow = (section, usersAt) => {
    for (const { type, offset, symbol, addend } of readRelocations(parts.get(`reloc.${section}`))) {
      const { read, to } = RELOCATIONS.get(type) ?? unknown(`relocation of type ${type}`);
      const { key, index, start } = to ? symbols[symbol] : {};
      if (!key) continue;
      const written = read(parts.get(section === 'CODE' ? CODE : DATA).at(offset));
      const expected = { function: index, place: table.indexOf(key), address: start + addend };
      if (written !== expected[to]) unknown(`relocation at ${offset} of ${section}`);
      const users = usersAt(offset);
      if (users.length === 0) unknown(`relocation at ${offset} of ${section}`);
      for (const user of users) uses.set(user, (uses.get(user) ?? new Set()).add(key));
    }
  };
  follow('CODE', (offset) => {
    const index = bodies.findIndex(isAround(offset));
    return index < 0 ? [] : [`f${imported + index}`];
  });
  follow('DATA', (offset) => {
    const segment = segments.find(isAround(offset)) ?? unknown(`place ${offset} of the data`);
    const address = segment.address + offset - segment.start;
    return constants.filter(isAround(address)).map(({ key }) => key);
  });
  const functions = symbols.filter(({ kind, name }) => kind === FUNCTION && name);
  return {
    uses,
    exports: readExports(parts.get(EXPORTS)),
    functions: new Map(functions.map(({ name, key }) => [name, key])),
    table,
    constants,
  };
}

/**
 * What some functions can reach, directly or by a table of methods.
 *
 * @param {Graph} graph
 * @param {string[]} roots
 * @returns {Set<string>}
 */
export function reachableFrom({ uses }, roots) {
  const reached = new Set(roots);
  // A set gives what is added while it is gone through.
  for (const key of reached) for (const used of uses.get(key) ?? []) reached.add(used);
  return reached;
}

/** The wasm without what only {@link readGraph} reads, which fits no other file. */
export const withoutGraph = (wasm) =>
  withoutSections(wasm, (name) => name === 'linking' || name.startsWith('reloc.'));

const isAround =
  (place) =>
  ({ start, end }) =>
    start <= place && place < end;

/** @returns {never} */
function unknown(what) {
  throw new Failure(`The linker has written a ${what} that scripts/symbols.mjs can't read`);
}

/** The sections, by number; custom ones by name. */
function partsOf(wasm) {
  const named = sections(wasm).map(({ id, content }) => {
    const reader = new Reader(content);
    return /** @type {const} */ ([id === 0 ? reader.bytes().toString() : id, reader]);
  });
  return new Map(named);
}

/** Where a sized sequence of bytes is. */
function rangeOf(reader) {
  const { length } = reader.bytes();
  return { start: reader.position - length, end: reader.position };
}

function importedFunction(reader) {
  reader.bytes();
  reader.bytes();
  if (reader.byte() !== 0) unknown('import that is no function');
  return reader.number();
}

function readExports(reader) {
  const all = reader.list(() => ({
    name: reader.bytes().toString(),
    kind: reader.byte(),
    index: reader.number(),
  }));
  const functions = all.filter(({ kind }) => kind === 0);
  return new Map(functions.map(({ name, index }) => [name, `f${index}`]));
}

function readTable(reader) {
  const table = [];
  reader.list(() => {
    if (reader.number() !== 0) unknown('kind of element segment');
    const place = readOffset(reader);
    const indices = reader.list(() => reader.number());
    for (const [at, index] of indices.entries()) table[place + at] = `f${index}`;
  });
  return table;
}

function readSegments(reader) {
  return reader.list(() => {
    if (reader.number() !== 0) unknown('kind of data segment');
    return { address: readOffset(reader), ...rangeOf(reader) };
  });
}

function readSymbols(linking, segments) {
  // The version.
  linking.number();
  while (linking.byte() !== SYMBOL_TABLE) linking.bytes();
  const reader = new Reader(linking.bytes());
  return reader.list(() => {
    const [kind, flags] = [reader.byte(), reader.number()];
    const isDefined = !(flags & UNDEFINED);
    if (kind === SECTION) {
      reader.number();
      return { kind };
    }
    if (kind === CONSTANT) return { kind, ...readConstant(reader, isDefined && segments) };
    const index = reader.number();
    const hasName = isDefined || flags & EXPLICIT_NAME;
    const name = hasName ? reader.bytes().toString() : undefined;
    return kind === FUNCTION ? { kind, index, name, key: `f${index}` } : { kind };
  });
}

/** A symbol of data, by its address; one that is not defined has none. */
function readConstant(reader, segments) {
  reader.bytes();
  if (!segments) return {};
  const [segment, offset, size] = [reader.number(), reader.number(), reader.number()];
  const start = segments[segment].address + offset;
  return { key: `d${start}`, start, end: start + size };
}

function readRelocations(reader) {
  // The index of the section.
  reader.number();
  return reader.list(() => {
    const [type, offset, symbol] = [reader.byte(), reader.number(), reader.number()];
    const addend = RELOCATIONS.get(type)?.to === 'address' ? reader.signedNumber() : 0;
    return { type, offset, symbol, addend };
  });
}

/** `i32.const`, a number, `end` */
function readOffset(reader) {
  reader.byte();
  const number = reader.signedNumber();
  reader.byte();
  return number;
}
