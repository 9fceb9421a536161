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

/** Both parts of the core, in one of its forms: `inline` inside of JavaScript, `wasm` as a file. */
export const bothParts = (form) => [form, `${form}-oidc`];

/**
 * How often the parts of the package are in files: the modules, and {@link bothParts} of the core in each form.
 *
 * @param {{ path: string, body: Buffer }[]} files
 * @returns {Record<string, number>} without those that aren't there
 */
export function countParts(files) {
  const texts = files.map(({ body }) => body.toString('latin1'));
  const inline = ['inline', 'inline-oidc'].map((name) => [name, { mark: pieceOf(name) }]);
  const parts = { ...PARTS, ...Object.fromEntries(inline) };
  const counts = Object.entries(parts).map(([name, { mark }]) => [
    name,
    texts.reduce((sum, text) => sum + text.split(mark).length - 1, 0),
  ]);
  for (const [form, name] of [
    ['wasm', 'core'],
    ['wasm-oidc', 'oidc'],
  ]) {
    const wasm = readFileSync(modulePath(`wasm/${name}.wasm`));
    counts.push([form, files.filter(({ body }) => body.equals(wasm)).length]);
  }
  return Object.fromEntries(counts.filter(([, count]) => count > 0));
}

/** A piece of the wasm as it is inside of JavaScript. */
function pieceOf(name) {
  const text = readFileSync(modulePath(`wasm/${name}.js`), 'utf8');
  const middle = text.length >> 1;
  return text.slice(middle, middle + 100);
}

/** Which parts are there, whatever their number. */
export const partsIn = (files) => Object.keys(countParts(files)).sort();

/** A page that starts with valid tokens loads neither the wasm, in any form, nor its glue. */
export function assertNoCore(files) {
  const counts = countParts(files);
  assert.equal(counts.loader, 1);
  for (const name of ['glue', ...bothParts('inline'), ...bothParts('wasm')]) {
    assert.equal(counts[name], undefined, name);
  }
}

/** Both parts of the core are there once, in each of these forms, and in no other. */
export function assertOneWasm(files, ...forms) {
  const counts = countParts(files);
  for (const form of ['inline', 'wasm']) {
    const expected = forms.includes(form) ? 1 : undefined;
    for (const name of bothParts(form)) assert.equal(counts[name], expected, name);
  }
}
