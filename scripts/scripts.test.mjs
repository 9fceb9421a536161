import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import binaryen from 'binaryen';
import { packagesFor, requireBrowsers } from './browsers.mjs';
import { isCurrent } from './build.mjs';
import { faults, faultsOfModules } from './floors.mjs';
import { goVersion, requireGo } from './go.mjs';
import { javaVersion, requireJava } from './java.mjs';
import { nameByLikeness } from './order.mjs';
import { sameVersions } from './packages.mjs';
import { faultsOfPromises, faultsOfProviders } from './promises.mjs';
import { root } from './run.mjs';
import { split } from './split.mjs';
import { readGraph } from './symbols.mjs';
import { countCargo, countNode, heading, stages, USUAL_MINUTES } from './test.mjs';
import { choose, isAtLeast, webTarget } from './toolchain.mjs';
import { rewrite } from './wasm.mjs';

const NOTHING = { installedTarget: false, rustup: false, debian: false };

test('auto prefers an installed target, then rustup, then Debian', () => {
  assert.deepEqual(choose('auto', { installedTarget: true, rustup: true, debian: true }), [
    'installed',
  ]);
  assert.deepEqual(choose('auto', { ...NOTHING, rustup: true, debian: true }), [
    'add-target',
    'debian',
  ]);
  assert.deepEqual(choose('auto', { ...NOTHING, debian: true }), ['debian']);
  assert.deepEqual(choose('auto', NOTHING), []);
});

test('a toolchain asked for is the only one tried', () => {
  assert.deepEqual(choose('debian', { installedTarget: true, rustup: true, debian: true }), [
    'debian',
  ]);
  assert.deepEqual(choose('rustup', { ...NOTHING, rustup: true, debian: true }), ['add-target']);
  assert.deepEqual(choose('rustup', { ...NOTHING, debian: true }), []);
  assert.throws(() => choose('nix', NOTHING), /expected auto, rustup or debian/);
});

test('versions are compared by number', () => {
  assert.ok(isAtLeast('1.96.0', '1.88'));
  assert.ok(isAtLeast('1.88.0', '1.88'));
  assert.ok(isAtLeast('2.0.0-nightly', '1.88'));
  assert.ok(!isAtLeast('1.9.0', '1.88'));
});

test('npm packages are complete without the optional ones', () => {
  const wanted = { '': {}, a: { version: '1' }, b: { version: '2', optional: true } };
  assert.ok(sameVersions(wanted, { a: { version: '1' } }));
  assert.ok(!sameVersions(wanted, { a: { version: '0' } }));
  assert.ok(!sameVersions(wanted, { a: { version: '1' }, b: { version: '1' } }));
  assert.ok(!sameVersions(wanted, { a: { version: '1' }, c: { version: '1' } }));
  assert.ok(!sameVersions(wanted, {}));
});

test('browsers that are missing: their packages, or what to set', () => {
  const debian = ['chromium', 'chromium-driver', 'firefox-esr', 'webkit2gtk-driver', 'xvfb'];
  const kinds = ['Chromium', 'Firefox', 'WebKitGTK'];
  assert.deepEqual(packagesFor({}, { kinds, ubuntu: false }), debian);
  const ubuntu = ['chromium-browser', 'chromium-chromedriver', 'firefox', ...debian.slice(3)];
  assert.deepEqual(packagesFor({}, { kinds, ubuntu: true }), ubuntu);
  const found = { CHROMIUM: '/a', CHROMEDRIVER: '/b', FIREFOX: '/c', WEBKITDRIVER: '/d' };
  assert.deepEqual(packagesFor(found, { kinds, ubuntu: false }), ['webkit2gtk-driver', 'xvfb']);
  assert.deepEqual(packagesFor({}, { kinds: ['Chromium'], ubuntu: false }), debian.slice(0, 2));
  requireBrowsers(found, ['Chromium']);
  assert.throws(() => requireBrowsers(found, ['Chromium', 'Firefox']), /in GECKODRIVER\./);
  assert.throws(() => requireBrowsers(found, ['WebKitGTK']), /in MINIBROWSER, XVFB\./);
});

test("Java's version is read", () => {
  assert.equal(javaVersion('openjdk 17.0.15 2025-04-15\nOpenJDK Runtime Environment'), 17);
  assert.equal(javaVersion('java 24 2025-03-18'), 24);
  assert.equal(javaVersion(undefined), 0);
  requireJava({ java: true, maven: true });
  assert.throws(() => requireJava({ java: false, maven: true }), /Java 17 or newer and Maven/);
});

test("Go's version is read", () => {
  assert.deepEqual(goVersion('go version go1.26.8 linux/amd64'), [1, 26]);
  assert.deepEqual(goVersion('go version go1.24rc1 linux/arm64'), [1, 24]);
  assert.deepEqual(goVersion(undefined), [0, 0]);
  assert.equal(requireGo('/opt/go/bin/go'), '/opt/go/bin/go');
  assert.throws(() => requireGo(null), /Go 1\.\d+ or newer/);
});

test('tests are counted', () => {
  const cargo =
    'test result: ok. 2 passed; 0 failed;\ntest result: FAILED. 3 passed; 1 failed; 0 ignored\n';
  assert.deepEqual(countCargo(cargo), { passed: 5, failed: 1 });
  assert.deepEqual(countNode('ℹ tests 4\nℹ pass 2\nℹ fail 1\nℹ cancelled 1\n'), {
    passed: 2,
    failed: 2,
  });
});

test('functions that are alike stand side by side', () => {
  const sum = (...numbers) => {
    const terms = numbers.map((number) => `(i32.add (local.get 0) (i32.const ${number}))`);
    return `(func (param i32) (result i32) ${terms.join(' (drop) ')})`;
  };
  const load = (...offsets) => {
    const terms = offsets.map((offset) => `(i64.load offset=${offset} (local.get 0))`);
    return `(func (param i32) (result i64) ${terms.join(' (drop) ')})`;
  };
  const module = binaryen.parseText(`(module (memory (import "m" "m") 1 2)
    (import "m" "g" (global i32)) (import "m" "t" (table 1 funcref)) (import "m" "f" (func))
    ${sum(1, 2, 3, 4, 5, 6, 7)} ${load(8, 16, 24)} ${sum(1, 2, 3, 4, 5)} ${load(8, 16)})`);
  const named = binaryen.readBinary(nameByLikeness(module.emitBinary()));
  assert.ok(named.validate());
  const names = [1, 2, 3, 4].map((index) => {
    return binaryen.getFunctionInfo(named.getFunctionByIndex(index)).name;
  });
  assert.deepEqual(names, ['00000', '00002', '00001', '00003']);
});

test('a build is current until a source changes, whichever toolchain made it', async (t) => {
  assert.ok(await isCurrent());
  const copy = mkdtempSync(join(tmpdir(), 'sources-'));
  t.after(() => rmSync(copy, { recursive: true }));
  for (const name of ['src', 'scripts', 'pkg', 'Cargo.toml', 'Cargo.lock']) {
    cpSync(join(root, name), join(copy, name), { recursive: true });
  }
  assert.ok(await isCurrent(copy));
  for (const name of ['src/url.rs', 'Cargo.lock', 'scripts/build.mjs']) {
    const file = join(copy, name);
    const text = readFileSync(file);
    writeFileSync(file, `${text}\n`);
    assert.ok(!(await isCurrent(copy)), name);
    writeFileSync(file, text);
  }
  writeFileSync(join(copy, 'pkg/wasm/build.json'), '{}');
  assert.ok(!(await isCurrent(copy)), 'made by an older script');
  rmSync(join(copy, 'pkg/wasm/oidc.wasm'));
  assert.ok(!(await isCurrent(copy)), 'a file is missing');
});

test('npm start needs no toolchain where the build is current', async () => {
  const { WASM_TOOLCHAIN, ...env } = process.env;
  const child = spawn(process.execPath, [join(root, 'scripts/start.mjs')], {
    // Neither cargo nor rustup.
    env: { ...env, PATH: '/nowhere', PORT: '0', DEMO_PORT: '0' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text) => {
      output += text;
      if (text.includes('Ctrl-C')) child.kill('SIGINT');
    });
  }
  const timer = setTimeout(() => child.kill('SIGKILL'), 60_000);
  await once(child, 'close');
  clearTimeout(timer);
  assert.match(output, /Demo page +http:\/\/localhost:\d+/);
  assert.doesNotMatch(output, /Building the wasm/);
});

test('each stage says which of how many it is, and how long it usually takes', () => {
  assert.equal(heading('e2e', 11, 15), `11/15 e2e, usually about ${USUAL_MINUTES.e2e} min`);
  assert.equal(heading('size', 15, 15), '15/15 size, usually less than a minute');
  assert.equal(heading('new', 1, 2), '1/2 new');
  const all = stages({ toolchain: { web: {} }, wasmBindgen: {}, browsers: {} });
  assert.deepEqual(Object.keys(USUAL_MINUTES).sort(), ['build', ...Object.keys(all)].sort());
});

test('every module of pkg is type-checked', () => {
  const tsc = join(root, 'node_modules/.bin/tsc');
  const args = ['-p', join(root, 'tsconfig.json'), '--listFilesOnly'];
  const checked = new Set(execFileSync(tsc, args, { encoding: 'utf8' }).split('\n'));
  const modules = readdirSync(join(root, 'pkg'), { recursive: true })
    .filter((name) => name.endsWith('.js') && !/^wasm\/|\/vendor\//.test(name))
    .map((name) => join(root, 'pkg', name));
  assert.deepEqual(
    modules.filter((name) => !checked.has(name)),
    [],
  );
});

test('a floor is held up by those below it alone', () => {
  const good = {
    'text.rs': '//! crate::oidc\npub struct Text;',
    'protocol/mod.rs': 'pub mod pkce;',
    'protocol/pkce.rs':
      'use crate::text::Text;\n#[cfg(test)]\nmod tests { use crate::oidc::Client; }',
    'platform.rs': 'pub trait Platform { async fn send(); }',
    'oidc/mod.rs': 'mod user;\npub struct Client;',
    'oidc/user.rs': 'use super::Client;\nuse crate::protocol::{pkce};\npub(crate) fn f() {}',
  };
  const found = (more) => faults({ ...good, ...more });
  assert.deepEqual(found({}), []);
  for (const [path, code, fault] of [
    ['protocol/par.rs', 'use crate::oidc::user;', 'imports src/oidc/user, which is above it'],
    ['protocol/par.rs', 'async fn f() {}', 'async, or Platform, below'],
    ['am/step.rs', 'fn f<P: Platform>() {}', 'async, or Platform, below'],
    ['oidc/mod.rs', 'use crate::oidc::{user, other};', 'a circle: oidc → oidc/user → oidc'],
    ['oidc/mod.rs', 'fn f() { super::oidc::user::g() }', 'a circle: oidc → oidc/user → oidc'],
    ['extra.rs', '', 'on no floor'],
  ]) {
    const faulty = found({ [path]: code });
    assert.equal(faulty.length, 1, code);
    assert.ok(faulty[0].includes(fault), faulty[0]);
  }
});

test('a module of pkg imports only what is loaded by then', () => {
  const good = {
    'index.js': "import { oidc } from './entry/oidc.js';\nexport * from './callbacks/step.js';",
    'callbacks/step.js':
      "/** @type {import('../core/client.js').Client} */\n// import '../core/client.js'",
    'entry/oidc.js':
      "import { step } from '../callbacks/step.js';\nconst core = () => import('../wasm/core.js');",
    'page/work.js': "export {\n  oidc,\n} from '../entry/oidc.js';",
    'core/client.js': "import * as work from '../page/work.js';\nimport './fetch.js';",
    'core/fetch.js': '',
    'types/oidc.d.ts': "import type { Step } from './journey.js';",
    'types/journey.d.ts': 'export interface Step {}',
  };
  const found = (more) => faultsOfModules({ ...good, ...more });
  assert.deepEqual(found({}), []);
  for (const [path, code, fault] of [
    ['index.js', "import '../wasm/core.js';", 'pkg/index.js imports'],
    [
      'entry/oidc.js',
      "import '../core/client.js';",
      'pkg/entry/oidc.js imports pkg/core/client.js',
    ],
    ['entry/oidc.js', "import '../wasm/core.js';", 'pkg/entry/oidc.js imports pkg/wasm/core.js'],
    ['entry/oidc.js', "import { a } from '../page/work.js';", 'imports pkg/page/work.js'],
    ['callbacks/step.js', "export * from '../entry/oidc.js';", 'imports pkg/entry/oidc.js'],
    ['page/work.js', "import {\n  a,\n} from '../core/fetch.js';", 'imports pkg/core/fetch.js'],
    ['core/client.js', "import '../index.js';", 'imports pkg/index.js'],
    ['core/fetch.js', "import './client.js';", 'core/client.js → core/fetch.js → core/client.js'],
    ['types/journey.d.ts', "import type { A } from './oidc.js';", 'a circle: types/oidc.d.ts'],
    ['other/new.js', '', 'in no known folder'],
  ]) {
    const faulty = found({ [path]: code });
    assert.ok(
      faulty.some((text) => text.includes(fault)),
      `${path}: ${code}: ${faulty}`,
    );
  }
});

/** Files with tests, for pages that name them. */
const TESTS = {
  'tests/e2e/a.test.js': `
    test('the user\\'s tokens stay', () => {});
    test(\`no token for \${what}\`, () => {});
    test.skip('later', () => {});`,
  'tests/attacks/b.js': `
    const made = [
      \`is given \${what}: refused (${['A1', 'A13'].join(', ')})\`,
      async ({ page }) => {},
    ];
    const all = {
      'reads logs: nothing (${'A9'})': async () => {},
      'is no attempt': 'a text',
    };`,
  'src/c.rs': '#[test]\n#[should_panic]\nfn it_holds() {}\nfn it_helps() {}',
};

test('a promise names the tests that hold it', () => {
  const found = (...tests) =>
    faultsOfPromises(
      `# Page\n\n- no promise\n\n## Promises\n\n### Some\n\n- This holds,\n  always.\n${tests.map((test) => `  - ${test}\n`).join('')}\n## More\n\n- no promise\n`,
      TESTS,
    );
  assert.deepEqual(
    found(
      "`tests/e2e/a.test.js`: `the user's tokens stay`, `no token for …`",
      '`tests/attacks/b.js`: `is given …: refused`, `reads logs: nothing`',
      '`src/c.rs`: `it_holds`',
    ),
    [],
  );
  for (const [test, fault] of [
    ['no test', 'without a test: - This holds,'],
    ['`tests/e2e/a.test.js`: none', 'tests/e2e/a.test.js: no test is named'],
    ['`tests/e2e/none.test.js`: `x`', 'tests/e2e/none.test.js: no such file'],
    ['`tests/e2e/a.test.js`: `later`', 'tests/e2e/a.test.js: no test "later"'],
    ['`tests/attacks/b.js`: `is no attempt`', 'tests/attacks/b.js: no test "is no attempt"'],
    ['`src/c.rs`: `it_holds`, `it_helps`', 'src/c.rs: no test "it_helps"'],
  ]) {
    assert.deepEqual(found(test), [fault]);
  }
  assert.deepEqual(faultsOfPromises('# Page\n', TESTS), ['no promises']);
});

test('a fault of a provider names the tests that hold it', () => {
  const found = (...cells) =>
    faultsOfProviders(
      `# Page\n\n| Seen at | What | Tests |\n|---|---|---|\n${cells.map((cell) => `| AM | this | ${cell} |\n`).join('')}`,
      TESTS,
    );
  assert.deepEqual(found('e2e/a (a switch), attacks/b; `c.rs` `it_holds`'), [
    'this: no test "attacks/b"',
  ]);
  assert.deepEqual(found('e2e/a; `it_holds`', '`it_helps`'), ['this: no test "it_helps"']);
  assert.deepEqual(found('e2e', ' '), ['this: no test "e2e"', 'without a test: this']);
  assert.deepEqual(found(), ['no rows']);
});

/** What the build has left of the core on its way: linked, and bound. */
const onItsWay = () =>
  ['wasm32-unknown-unknown/release/journey_oidc.wasm', 'bindgen/core_bg.wasm'].map((name) =>
    readFileSync(join(webTarget, name)),
  );

test('the parts of the core fit, and fill the table of functions', async () => {
  const [core, oidc] = ['core', 'oidc'].map(
    (name) => new WebAssembly.Module(readFileSync(join(root, `pkg/wasm/${name}.wasm`))),
  );
  const imports = [core, oidc].flatMap((module) => WebAssembly.Module.imports(module));
  const stubs = { a: Object.fromEntries(imports.map(({ name }) => [name, () => {}])) };
  const first = await WebAssembly.instantiate(core, stubs);
  // As `scripts/split.mjs` exports it.
  const table = first.exports[0];
  const places = () => Array.from({ length: table.length - 1 }, (_, index) => table.get(index + 1));
  const before = places();
  await WebAssembly.instantiate(oidc, { ...stubs, first: first.exports });
  const after = places();
  assert.ok(before.includes(null) && !after.includes(null));
  for (const [index, present] of before.entries()) {
    if (present) assert.equal(present, after[index], 'the second part replaces nothing');
  }
});

test('a relocation that leads elsewhere than what is written there ends the build', () => {
  const [linked] = onItsWay();
  assert.ok(readGraph(linked).table.length > 100);
  const broken = rewrite(linked, (id, content) => {
    if (id !== 0 || !content.includes('reloc.CODE')) return content;
    const changed = Buffer.from(content);
    changed[changed.length - 1] ^= 1;
    return changed;
  });
  assert.throws(() => readGraph(broken), /can't read/);
});

test('a first part that calls what it may not have ends the build', () => {
  const [linked, bound] = onItsWay();
  const graph = readGraph(linked);
  const of = (...changes) => split({ bound, graph: Object.assign({ ...graph }, ...changes) });
  const isKnown = ([user]) => !graph.table.includes(user);
  const uses = new Map([...graph.uses].filter(isKnown));
  assert.throws(() => of({ uses }), /calls functions that it may not have/);
  assert.throws(() => of({ table: graph.table.toReversed() }), /not as the linker has made it/);
});
