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

  /** A signed integer in LEB128, of 32 bits. */
  signedNumber() {
    const byte = this.byte();
    if (byte >= 128) return (byte - 128) | (this.signedNumber() << 7);
    return byte < 64 ? byte : byte - 128;
  }

  /** An integer in four bytes. */
  fixedNumber() {
    this.position += 4;
    return this.wasm.readUInt32LE(this.position - 4);
  }

  /** This reader, from another place on. */
  at(position) {
    this.position = position;
    return this;
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

/** A signed integer in LEB128. */
export const signedLeb = (number) =>
  -64 <= number && number < 64 ? [number & 127] : [(number & 127) | 128, ...signedLeb(number >> 7)];

/** The module without some of its custom sections. */
export function withoutSections(wasm, isUnwanted) {
  return rewrite(wasm, (id, content) =>
    id === 0 && isUnwanted(new Reader(content).bytes().toString()) ? undefined : content,
  );
}

/** The module with each section as `change` gives it back, or without it. */
export function rewrite(wasm, change) {
  const parts = sections(wasm).map(({ id, content }) => {
    const changed = change(id, content);
    return Buffer.from(changed ? [id, ...sized(changed)] : []);
  });
  return Buffer.concat([wasm.subarray(0, 8), ...parts]);
}
