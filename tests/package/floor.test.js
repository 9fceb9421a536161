/** What is shipped runs in Chrome and Edge 111, Firefox 115 and Safari 16.4: docs/decisions.md#which-browsers-and-which-node */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { transform } from 'esbuild';
import { chromium } from 'playwright-core';
import { FEATURES, wasmFolder, wasmOpt } from '../../scripts/build.mjs';
import { root } from '../../scripts/run.mjs';

const FLOOR = { chrome: 111, edge: 111, firefox: 115, safari: 16.4 };

const files = readdirSync(join(root, 'pkg'), { recursive: true })
  .filter((name) => name.endsWith('.js'))
  .map((name) => join('pkg', name));
const read = (file) => readFileSync(join(root, file), 'utf8');

test('the floor is what the documentation and the README say', () => {
  const text = 'Chrome and Edge 111, Firefox 115, Safari 16.4';
  for (const page of ['README.md', 'docs/getting-started.md']) assert.ok(read(page).includes(text));
});

/** What esbuild makes of code for some browsers. */
const lower = async (code, target) => (await transform(code, { target })).code;

const targets = Object.entries(FLOOR).map(([name, version]) => name + version);

test('the syntax', async () => {
  for (const file of files) {
    const code = read(file);
    assert.equal(await lower(code, targets), await lower(code, 'esnext'), file);
  }
  const newer = 'class A { accessor b = 1 }';
  assert.notEqual(await lower(newer, targets), await lower(newer, 'esnext'), 'it would be seen');
});

/** Validates the wasm with some features and no others. */
function validate(features) {
  for (const name of ['core.wasm', 'oidc.wasm']) {
    const args = ['--mvp-features', ...features, join(wasmFolder, name), '-o', '/dev/null'];
    execFileSync(wasmOpt, args, { stdio: 'pipe' });
  }
}

/** Since which Chrome, Firefox and Safari each may be used. */
const WASM_SINCE = {
  '--enable-bulk-memory': [75, 79, 15],
  '--enable-multivalue': [85, 78, 13.1],
  '--enable-mutable-globals': [74, 61, 13.1],
  '--enable-nontrapping-float-to-int': [75, 64, 15],
  '--enable-reference-types': [96, 79, 15],
  '--enable-sign-ext': [74, 62, 14.1],
};

test('the WebAssembly', () => {
  assert.deepEqual(FEATURES, Object.keys(WASM_SINCE));
  assertOnFloor(WASM_SINCE);
  validate(FEATURES);
  assert.throws(
    () => validate(FEATURES.filter((name) => !name.includes('reference-types'))),
    /reference/,
    'it would be seen',
  );
});

/** What of the browser is used, and since which Chrome, Firefox and Safari it may be. */
const USED_SINCE = {
  AbortController: [66, 57, 12.1],
  AbortSignal: [66, 57, 11.1],
  BroadcastChannel: [54, 38, 15.4],
  // `deflate-raw`
  DecompressionStream: [103, 113, 16.4],
  compileStreaming: [61, 58, 15],
  encodeInto: [74, 66, 14.1],
  getReader: [43, 65, 10.1],
  getWriter: [59, 100, 14.1],
  queueMicrotask: [71, 69, 12.1],
  read: [43, 65, 10.1],
  reason: [98, 97, 15.4],
  replaceChildren: [86, 78, 14],
  submitter: [81, 75, 15.4],
  throwIfAborted: [100, 97, 15.4],
  workerStart: [48, 68, 16.4],
  write: [59, 100, 14.1],
};

/** What no page mentions by these names alone, but by a longer one. */
const LONGER_SINCE = {
  'AbortSignal.timeout': [103, 100, 16],
  'crypto.subtle': [37, 34, 11],
  'navigator.locks': [69, 96, 15.4],
};

/** What all browsers have had since before 2020. */
const ANCIENT = new Set(
  `Blob Event Geolocation HTMLFormElement HTMLIFrameElement Headers Int8Array Navigator Request Response
  TextDecoder TextEncoder TypeError URL URLSearchParams Uint32Array WebAssembly Window Crypto atob
  clearTimeout console crypto decodeURIComponent document encodeURIComponent fetch history localStorage
  location navigator performance screen self setTimeout undefined window CompileError LinkError Module
  abort aborted addEventListener append appendChild arrayBuffer assign body clone close closed compile
  contentDocument contentWindow createElement credentials data decode encode geolocation getContext getCurrentPosition
  getItem getRandomValues hasFocus hash headers hostname isSecureContext sessionStorage onabort length host href instantiate key measureText onLine onmessage
  open origin parent pathname plugins postMessage protocol redirect remove removeEventListener removeItem
  replace replaceState request search searchParams setAttribute setItem signal src state status submit
  text toString type url value width screenX screenY query font error json info name find action cache
  hidden method onload bodyUsed getEntriesByName getEntriesByType preventDefault persisted Text customElements define children
  hasAttribute querySelectorAll removeAttribute getAttribute isConnected closest dispatchEvent CustomEvent Node
  childNodes Element onclick onsubmit querySelector insertBefore focus tabIndex textContent contains
  selectedIndex checked required onchange createElementNS download print createObjectURL click revokeObjectURL
  DOMParser parseFromString valueAsNumber clearInterval setInterval encodeURI RangeError readyState before btoa indexedDB
  transaction objectStore createObjectStore onsuccess oncomplete onupgradeneeded onerror`.split(
    /\s+/,
  ),
);

/** Names of ours, and of errors that are told by name, that some browser API has too. */
const OURS = new Set(
  `QuotaExceededError code config connect exchange detail display ended event getState globalThis id listener matches metadata next
  nonce options prompt response result resume start step stepUp stop subscribe terminate timeout top watch
  eval form loading restore show node confirm list items content minLength context heading background alert title
  pause left navigate frame lock send rows getData version address username getName password toggle cancel types
  mode preload bytes update pending default fallback complete store`.split(/\s+/),
);

/** What is asked for before it is relied on: Firefox has it since 133. */
const OPTIONAL = new Set(['keepalive']);

test('the browser APIs', async () => {
  assertOnFloor(USED_SINCE);
  assertOnFloor(LONGER_SINCE);
  const names = await apiNames();
  const used = new Set();
  for (const file of files) {
    const { code } = await transform(read(file), { minifyWhitespace: true, target: 'esnext' });
    // Shorter ones are minified.
    for (const [, dot, name] of code.matchAll(/(\.)?\b([A-Za-z_$][\w$]{3,})\b(?!['"`:])/g)) {
      if (names[dot ? 'members' : 'globals'].has(name)) used.add(name);
    }
    // Static members with such names.
    assert.doesNotMatch(code, /\bAbortSignal\.any\b|\bURL\.(canParse|parse)\b/, file);
    assert.doesNotMatch(code, /\bResponse\.json\b|\bPromise\.(try|withResolvers)\b/, file);
  }
  const known = (name) =>
    name in USED_SINCE || [ANCIENT, OURS, OPTIONAL].some((names) => names.has(name));
  assert.deepEqual(
    [...used].filter((name) => !known(name)),
    [],
    'Since when do browsers have these?',
  );
  assert.deepEqual(
    Object.keys(USED_SINCE).filter((name) => !used.has(name)),
    [],
    'Not used',
  );
});

function assertOnFloor(since) {
  for (const [name, versions] of Object.entries(since)) {
    const floor = [FLOOR.chrome, FLOOR.firefox, FLOOR.safari];
    assert.ok(
      versions.every((version, index) => version <= floor[index]),
      name,
    );
  }
}

/**
 * The names of all that a browser of today has beyond ECMAScript, whose age `tsc` looks at: globals,
 * and members of interfaces.
 *
 * @returns {Promise<{ globals: Set<string>, members: Set<string> }>}
 */
async function apiNames() {
  const executablePath = process.env.CHROMIUM || '/usr/bin/chromium';
  const browser = await chromium.launch({ executablePath, args: ['--no-sandbox'] });
  const names = await (await browser.newPage()).evaluate(namesInPage);
  await browser.close();
  return { globals: new Set(names.globals), members: new Set(names.members) };
}

function namesInPage() {
  const isOfLanguage = new Set(
    `Array ArrayBuffer BigInt Boolean DataView Date Error FinalizationRegistry Function Iterator JSON Map
    Math Number Object Promise Proxy Reflect RegExp Set String Symbol Uint8Array WeakMap WeakRef
    WeakSet`.split(/\s+/),
  );
  const namesOf = (object) => (object ? Object.getOwnPropertyNames(object) : []);
  const lookUp = (name) => {
    try {
      return window[name];
    } catch {
      // Forbidden on this page.
    }
  };
  const globals = namesOf(window).filter((name) => !isOfLanguage.has(name));
  const members = globals
    .filter((name) => /^[A-Z]/.test(name))
    .map(lookUp)
    .flatMap((value) => [...namesOf(value), ...namesOf(value?.prototype)]);
  const language = new Set(
    [...isOfLanguage]
      .map(lookUp)
      .flatMap((value) => [...namesOf(value), ...namesOf(value?.prototype)]),
  );
  return { globals, members: members.filter((name) => !language.has(name)) };
}
