/** What of the package is in files, whichever way they were bundled. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesIn, world } from './support.js';

/** The parts of the package: of each a module, and a text in it that no bundler changes. */
const PARTS = {
  callbacks: { module: 'callbacks/callbacks.js', mark: 'is not a valid choice' },
  device: { module: 'device.js', mark: 'Cannot collect font data' },
  diagnose: { module: 'diagnose/provider.js', mark: 'made-up-by-diagnose' },
  form: { module: 'form/messages.js', mark: 'There is nothing to enter at this step.' },
  glue: { module: 'wasm/core.js', mark: 'AuthorizeBackground' },
  loader: { module: 'entry/load.js', mark: 'wasm_blocked_by_csp' },
  policy: { module: 'callbacks/policies.js', mark: 'has an invalid phone number' },
  'qr-code': { module: 'qr-code.js', mark: 'otpauth:' },
  react: { module: 'react.js', mark: 'needs a <SignInProvider>' },
  'recovery-codes': { module: 'recovery-codes.js', mark: 'New Security Key' },
  state: { module: 'state/sign-in.js', mark: 'signed-out' },
  'step-up': { module: 'core/step-up.js', mark: '_txid=' },
  vue: { module: 'vue.js', mark: 'needs app.use(signInPlugin' },
  webauthn: { module: 'webauthn.js', mark: 'No metadata callback found' },
};

/** A module of the installed package. */
const modulePath = (name) => join(world.installed, 'node_modules/journey-oidc/pkg', name);

/** Each part is known by a text that its module has, and no other. */
export async function assertMarksHold() {
  const files = await filesIn(modulePath('.'));
  const modules = files.filter(({ path }) => !path.endsWith('.d.ts'));
  for (const { module, mark } of Object.values(PARTS)) {
    const found = modules.filter(({ body }) => body.includes(mark));
    assert.deepEqual(
      found.map(({ path }) => path),
      [module],
      mark,
    );
  }
}

/** The parts that a page with both clients is made of, before it uses any. */
export const EARLY = ['loader'];

/** And what it has of JavaScript when it has used them. */
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
  const parts = { ...PARTS, inline: { mark: pieceOfInline() } };
  const counts = Object.entries(parts).map(([name, { mark }]) => [
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

/** A page that starts with valid tokens loads neither the wasm, in any form, nor its glue. */
export function assertNoCore(files) {
  const { loader, glue, inline, wasm } = countParts(files);
  assert.deepEqual(
    { loader, glue, inline, wasm },
    { loader: 1, glue: undefined, inline: undefined, wasm: undefined },
  );
}

/** The wasm is there once, in each of these forms: `inline`, `wasm`. */
export function assertOneWasm(files, ...forms) {
  const { inline = 0, wasm = 0 } = countParts(files);
  const expected = forms.map((form) => [form, 1]);
  assert.deepEqual({ inline, wasm }, { inline: 0, wasm: 0, ...Object.fromEntries(expected) });
}
