/** The binary format of WebAssembly, as far as the build changes what the tools have made. */

export class Reader {
  position = 0;

  constructor(wasm) {
    this.wasm = Buffer.from(wasm);
  }

  byte() {
    this.position += 1;
    return this.wasm[this.position - 1];
  }

  /** An unsigned integer in LEB128. */
  number() {
    const byte = this.byte();
    return byte < 128 ? byte : byte - 128 + 128 * this.number();
  }

  bytes() {
    const length = this.number();
    this.position += length;
    return this.wasm.subarray(this.position - length, this.position);
  }

  list(read) {
    return Array.from({ length: this.number() }, read);
  }

  get isAtEnd() {
    return this.position >= this.wasm.length;
  }
}

/** The sections of a module (WebAssembly 2.0 section 5.5.2). */
export function sections(wasm) {
  const reader = new Reader(wasm);
  reader.position = 8;
  const found = [];
  while (!reader.isAtEnd) found.push({ id: reader.byte(), content: reader.bytes() });
  return found;
}

/** Bytes after their number. */
export const sized = (bytes) => [...leb(bytes.length), ...bytes];

/** An unsigned integer in LEB128. */
export const leb = (number) =>
  number < 128 ? [number] : [(number % 128) + 128, ...leb(Math.floor(number / 128))];
