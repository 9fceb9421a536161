/**
 * What the linker knows of a wasm: its symbols, and which of them uses which. A wasm that is linked with
 * `--emit-relocs` has them in custom sections:
 * https://github.com/WebAssembly/tool-conventions/blob/main/Linking.md
 */
import { Reader, sections, sized } from './wasm.mjs';

/** Types of relocations, by what they refer to. */
const OF_FUNCTIONS = new Set([0, 1, 2, 12, 18, 19, 24, 26]);
const OF_MEMORY = new Set([3, 4, 5, 11, 14, 15, 16, 17, 21, 22, 23]);
const WITH_ADDEND = new Set([...OF_MEMORY, 8, 9, 22, 23]);

/** Kinds of symbols. */
const [FUNCTION, DATA, SECTION] = [0, 1, 3];

/** Flags of symbols. */
const [UNDEFINED, EXPLICIT_NAME] = [0x10, 0x40];

/**
 * @typedef {object} Graph keys are `f` and the index of a function, or `d` and that of a symbol of data
 * @property {Map<string, Set<string>>} uses
 * @property {Map<string, string>} names of functions
 * @property {{ name: string, key: string }[]} exports the exported functions
 * @property {number[]} table the indices of the functions in the table, by place
 * @property {{ address: number, start: number }[]} segments where each is in memory, and in the section
 * @property {{ key: string, segment: number, start: number, size: number }[]} data
 */

/**
 * @param {Buffer} wasm
 * @returns {Graph}
 */
export function symbolGraph(wasm) {
  const parts = new Map(
    sections(wasm).map(({ id, content }) => {
      const reader = new Reader(content);
      return [id === 0 ? reader.bytes().toString() : id, reader];
    }),
  );
  const imported = importedFunctions(parts.get(2));
  const bodies = parts.get(10).list(() => range(parts.get(10)));
  const symbols = symbolsOf(parts.get('linking'));
  const segments = segmentsOf(parts.get(11));
  const data = symbols
    .map((symbol, index) => ({ ...symbol, key: `d${index}` }))
    .filter(({ kind, segment }) => kind === DATA && segment !== undefined);
  const uses = new Map();
  const add = (owners, { type, index }) => {
    const symbol = symbols[index];
    const used =
      (OF_FUNCTIONS.has(type) && `f${symbol.index}`) ||
      (OF_MEMORY.has(type) && symbol.segment !== undefined && `d${index}`);
    if (!used) return;
    for (const key of owners) uses.set(key, (uses.get(key) ?? new Set()).add(used));
  };
  for (const relocation of relocationsOf(parts.get('reloc.CODE'))) {
    const { offset } = relocation;
    const body = bodies.findIndex(({ start, end }) => start <= offset && offset < end);
    add([`f${imported + body}`], relocation);
  }
  for (const relocation of relocationsOf(parts.get('reloc.DATA'))) {
    const isIn = ({ segment, start, size }) => {
      const at = relocation.offset - segments[segment].start - start;
      return at >= 0 && at < size;
    };
    add(
      data.filter(isIn).map(({ key }) => key),
      relocation,
    );
  }
  const functions = symbols.filter(({ kind, name }) => kind === FUNCTION && name);
  return {
    uses,
    names: new Map(functions.map(({ index, name }) => [`f${index}`, name])),
    exports: exportsOf(parts.get(7)),
    table: tableOf(parts.get(9)),
    segments,
    data,
  };
}

/**
 * What can be reached, without what is cut off.
 *
 * @param {Graph} graph
 * @param {string[]} roots
 * @param {(key: string) => boolean} isCut
 */
export function reach({ uses }, roots, isCut) {
  const reached = new Set(roots);
  for (const key of reached) {
    for (const used of uses.get(key) ?? []) if (!isCut(used)) reached.add(used);
  }
  return reached;
}

/** The wasm without what only {@link symbolGraph} reads: the indices in it fit this file alone. */
export function withoutRelocations(wasm) {
  const isKept = ({ id, content }) =>
    id !== 0 || !/^(?:linking$|reloc\.)/.test(new Reader(content).bytes().toString());
  const kept = sections(wasm).filter(isKept);
  return Buffer.concat([
    wasm.subarray(0, 8),
    ...kept.map(({ id, content }) => Buffer.from([id, ...sized(content)])),
  ]);
}

/** Where a sized sequence of bytes is. */
function range(reader) {
  const { length } = reader.bytes();
  return { start: reader.position - length, end: reader.position };
}

function symbolsOf(reader) {
  const SYMBOL_TABLE = 8;
  // The version.
  reader.number();
  while (reader.byte() !== SYMBOL_TABLE) reader.bytes();
  const table = new Reader(reader.bytes());
  return table.list(() => {
    const [kind, flags] = [table.byte(), table.number()];
    const isDefined = !(flags & UNDEFINED);
    if (kind === SECTION) return { kind, index: table.number() };
    if (kind === DATA) {
      const name = table.bytes().toString();
      if (!isDefined) return { kind, name };
      const [segment, start, size] = [table.number(), table.number(), table.number()];
      return { kind, name, segment, start, size };
    }
    const index = table.number();
    const hasName = isDefined || flags & EXPLICIT_NAME;
    return { kind, index, name: hasName ? table.bytes().toString() : undefined };
  });
}

function relocationsOf(reader) {
  // The index of the section.
  reader.number();
  return reader.list(() => {
    const [type, offset, index] = [reader.byte(), reader.number(), reader.number()];
    if (WITH_ADDEND.has(type)) reader.signedNumber();
    return { type, offset, index };
  });
}

function importedFunctions(reader) {
  const kinds = reader.list(() => {
    reader.bytes();
    reader.bytes();
    const kind = reader.byte();
    // Rust imports nothing but functions; other kinds have other descriptions.
    if (kind !== 0) throw new Error('An import that is no function');
    reader.number();
    return kind;
  });
  return kinds.length;
}

function exportsOf(reader) {
  const all = reader.list(() => ({
    name: reader.bytes().toString(),
    kind: reader.byte(),
    index: reader.number(),
  }));
  const functions = all.filter(({ kind }) => kind === 0);
  return functions.map(({ name, index }) => ({ name, key: `f${index}` }));
}

function tableOf(reader) {
  const places = [];
  reader.list(() => {
    if (reader.number() !== 0) throw new Error('A kind of element segment that is not known here');
    const first = offset(reader);
    for (const [index, number] of reader.list(() => reader.number()).entries()) {
      places[first + index] = number;
    }
  });
  return places;
}

function segmentsOf(reader) {
  return reader.list(() => {
    if (reader.number() !== 0) throw new Error('A kind of data segment that is not known here');
    const address = offset(reader);
    return { address, start: range(reader).start };
  });
}

/** `i32.const`, a number, `end` */
function offset(reader) {
  reader.position += 1;
  const number = reader.signedNumber();
  reader.position += 1;
  return number;
}
