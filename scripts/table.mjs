/**
 * The table of the functions of a wasm, without those that nobody finds there.
 *
 * What wasm-bindgen's libraries could do with closures and JSPI is described by functions that refer
 * to their code. The tool takes the descriptions out, but not the references, so the code would stay:
 * 1.3 kB. JavaScript calls a closure by an export, and nothing here is a task of JSPI.
 */
import { leb, Reader, sections, sized } from './wasm.mjs';

const DEAD =
  /\bwasm_bindgen(\[\w+\])?::convert::closures::_::invoke\b|\bjs_sys(\[\w+\])?::futures::jspi::/;

/**
 * @param {Uint8Array} wasm with the names of its functions
 * @returns {Buffer} the same, where another function stands in the place of each dead one
 */
export function withoutDeadEntries(wasm) {
  const parts = sections(wasm);
  const names = parts.map(functionNames).find(Boolean) ?? new Map();
  const isDead = (number) => DEAD.test(names.get(number));
  for (const { id, content } of parts) if (id === 7) forbidExports(new Reader(content), isDead);
  const rewritten = parts.map(({ id, content }) => [
    id,
    ...sized(id === 9 ? segments(new Reader(content), isDead) : content),
  ]);
  return Buffer.concat([wasm.subarray(0, 8), ...rewritten.map((part) => Buffer.from(part))]);
}

/** What is exported is in use. */
function forbidExports(reader, isDead) {
  reader.list(() => {
    const name = reader.bytes().toString();
    const isFunction = reader.byte() === 0;
    const isUsed = isFunction && isDead(reader.number());
    if (!isFunction) reader.number();
    if (isUsed || name.includes('jspi'))
      throw new Error(`${name} is in use: see scripts/table.mjs`);
  });
}

/** The names of functions by their numbers, where the section is the one that has them. */
function functionNames({ id, content }) {
  const reader = new Reader(content);
  if (id !== 0 || reader.bytes().toString() !== 'name') return undefined;
  while (!reader.isAtEnd) {
    const isOfFunctions = reader.byte() === 1;
    const inner = new Reader(reader.bytes());
    if (isOfFunctions) {
      return new Map(inner.list(() => [inner.number(), inner.bytes().toString()]));
    }
  }
  return undefined;
}

/** The element section's segments, of the kind that LLVM writes: an offset, and functions. */
function segments(reader, isDead) {
  const rewritten = reader.list(() => {
    const start = reader.position;
    if (reader.number() !== 0) throw new Error('A kind of element segment that is not known here');
    // `i32.const`, the offset, `end`
    reader.position += 1;
    reader.number();
    reader.position += 1;
    const head = reader.wasm.subarray(start, reader.position);
    const functions = reader.list(() => reader.number());
    const other = functions.find((number) => !isDead(number)) ?? 0;
    const kept = functions.map((number) => (isDead(number) ? other : number));
    return [...head, ...leb(kept.length), ...kept.flatMap(leb)];
  });
  return [...leb(rewritten.length), ...rewritten.flat()];
}
