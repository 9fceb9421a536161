/** What of the package is in files, whichever way they were bundled. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { world } from './support.js';

/** Texts of each module that no bundler changes, and no other module has. */
const MARKS = {
  callbacks: 'NameCallback',
  device: 'Cannot collect font data',
  glue: 'from previous Wasm instance',
  loader: 'wasm_blocked_by_csp',
  policy: 'AT_LEAST_X_CAPITAL_LETTERS',
  'qr-code': 'otpauth:',
  'recovery-codes': 'New Security Key',
  webauthn: 'No metadata callback found',
};

/** The parts that a page with both clients is made of, before it uses any. */
export const CLIENTS = ['callbacks', 'loader', 'policy'];

/**
 * How often the parts of the package are in files: the modules, `inline` for the wasm inside of
 * JavaScript, and `wasm` for the file.
 *
 * @param {{ path: string, body: Buffer }[]} files
 * @returns {Record<string, number>} without those that aren't there
 */
export function countParts(files) {
  const texts = files.map(({ body }) => body.toString('latin1'));
  const marks = { ...MARKS, inline: pieceOfInline() };
  const counts = Object.entries(marks).map(([name, mark]) => [
    name,
    texts.reduce((sum, text) => sum + text.split(mark).length - 1, 0),
  ]);
  counts.push(['wasm', files.filter(({ body }) => body.subarray(0, 4).equals(MAGIC)).length]);
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

const MAGIC = Buffer.from('\0asm');

/** A piece of the wasm as it is inside of JavaScript. */
function pieceOfInline() {
  const text = readFileSync(
    join(world.installed, 'node_modules/journey-oidc/pkg/wasm/inline.js'),
    'utf8',
  );
  const middle = text.length >> 1;
  return text.slice(middle, middle + 100);
}

/** Which parts are there, whatever their number. */
export const partsIn = (files) => Object.keys(countParts(files)).sort();

/** The wasm is there once, in each of these forms: `inline`, `wasm`. */
export function assertOneWasm(files, ...forms) {
  const { inline = 0, wasm = 0 } = countParts(files);
  const expected = forms.map((form) => [form, 1]);
  assert.deepEqual({ inline, wasm }, { inline: 0, wasm: 0, ...Object.fromEntries(expected) });
}
