/**
 * The order of the functions of a wasm: those that are alike stand side by side, where a compressor
 * finds what they have in common. A fiftieth of the compressed file.
 */

import { leb, Reader, sections, sized } from './wasm.mjs';

/** The functions that are called most keep the first places, whose numbers are one byte shorter. */
const MOST_CALLED = 40;

/** Functions are compared by the sequences of this many bytes that they have in common. */
const LENGTH = 4;

/**
 * @param {Uint8Array} wasm whose functions are sorted by how often they are called
 * @returns {Buffer} the same, with names by which `wasm-opt --reorder-functions-by-name` sorts them
 */
export function nameByLikeness(wasm) {
  const { imported, bodies } = readFunctions(wasm);
  const functions = bodies.map((body, index) => ({ index, parts: partsOf(body) }));
  const order = [...chain(functions.slice(0, MOST_CALLED)), ...chain(functions.slice(MOST_CALLED))];
  const names = [];
  for (const [place, { index }] of order.entries()) names[index] = String(place).padStart(5, '0');
  return Buffer.concat([wasm, nameSection(names, imported)]);
}

/** Each function is followed by the one that is most like it, of those that are left. */
function chain(functions) {
  const left = new Set(functions);
  const order = [];
  let next = functions[0];
  for (const other of functions) if (other.parts.size > next.parts.size) next = other;
  while (next) {
    order.push(next);
    left.delete(next);
    const last = next;
    next = undefined;
    let best = -1;
    for (const candidate of left) {
      const likeness = likenessOf(last.parts, candidate.parts);
      if (likeness > best) [best, next] = [likeness, candidate];
    }
  }
  return order;
}

/** How much two sets have in common, from 0 to 1: the cosine of the angle between them. */
function likenessOf(one, other) {
  const [small, large] = one.size < other.size ? [one, other] : [other, one];
  let common = 0;
  for (const part of small) if (large.has(part)) common += 1;
  return common / (Math.sqrt(small.size * large.size) || 1);
}

/** The sequences of bytes in a function. */
function partsOf(body) {
  const parts = new Set();
  for (let start = 0; start + LENGTH <= body.length; start += 1) {
    parts.add(body.readUInt32LE(start));
  }
  return parts;
}

/** How many functions are imported, and the bodies of the others (WebAssembly 2.0 section 5.5). */
function readFunctions(wasm) {
  let imported = 0;
  let bodies = [];
  for (const { id, content } of sections(wasm)) {
    const reader = new Reader(content);
    if (id === 2) imported = countImportedFunctions(reader);
    if (id === 10) bodies = reader.list(() => reader.bytes());
  }
  return { imported, bodies };
}

function countImportedFunctions(reader) {
  const kinds = reader.list(() => {
    reader.bytes();
    reader.bytes();
    const kind = reader.byte();
    if (kind === 0) reader.number();
    else if (kind === 3) reader.position += 2;
    else {
      if (kind === 1) reader.byte();
      const hasMaximum = reader.byte() & 1;
      reader.number();
      if (hasMaximum) reader.number();
    }
    return kind;
  });
  return kinds.filter((kind) => kind === 0).length;
}

/** The custom section with the names of functions, of which the first has the number `first`. */
function nameSection(names, first) {
  const entries = names.map((name, at) => [...leb(first + at), ...sized(Buffer.from(name))]);
  const functions = [1, ...sized([...leb(names.length), ...entries.flat()])];
  return Buffer.from([0, ...sized([...sized(Buffer.from('name')), ...functions])]);
}
