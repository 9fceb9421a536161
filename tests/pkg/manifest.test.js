/** What is in the package, and what its manifest promises. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import * as main from 'journey-oidc';
import * as url from 'journey-oidc/url';
import { root } from '../../scripts/run.mjs';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const [packed] = JSON.parse(
  execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: root }),
);
const paths = packed.files.map(({ path }) => path);

test('the contents', () => {
  assert.deepEqual(paths, [
    'LICENSE',
    'README.md',
    'package.json',
    'pkg/callback.html',
    'pkg/callbacks/callbacks.js',
    'pkg/callbacks/policies.js',
    'pkg/callbacks/step.js',
    'pkg/callbacks/values.js',
    'pkg/core/abort.js',
    'pkg/core/calls.js',
    'pkg/core/client.js',
    'pkg/core/handle.js',
    'pkg/core/instance.js',
    'pkg/core/journey.js',
    'pkg/core/payload.js',
    'pkg/core/poll.js',
    'pkg/core/redirect.js',
    'pkg/core/result.js',
    'pkg/core/step-up.js',
    'pkg/device.d.ts',
    'pkg/device.js',
    'pkg/diagnose.d.ts',
    'pkg/diagnose.js',
    'pkg/diagnose/am.js',
    'pkg/diagnose/ask.js',
    'pkg/diagnose/client.js',
    'pkg/diagnose/configuration.js',
    'pkg/diagnose/page.js',
    'pkg/diagnose/provider.js',
    'pkg/diagnose/remedies.js',
    'pkg/diagnose/report.js',
    'pkg/entry/config.js',
    'pkg/entry/create.js',
    'pkg/entry/early.js',
    'pkg/entry/embedded.js',
    'pkg/entry/events.js',
    'pkg/entry/failure.js',
    'pkg/entry/fetch.js',
    'pkg/entry/journey.js',
    'pkg/entry/later.js',
    'pkg/entry/lease.js',
    'pkg/entry/load.js',
    'pkg/entry/names.js',
    'pkg/entry/oidc.js',
    'pkg/entry/sign-out.js',
    'pkg/entry/wellknown.js',
    'pkg/form.css',
    'pkg/form.d.ts',
    'pkg/form.js',
    'pkg/form/client.js',
    'pkg/form/de.d.ts',
    'pkg/form/de.js',
    'pkg/form/define.d.ts',
    'pkg/form/define.js',
    'pkg/form/dom.js',
    'pkg/form/element.js',
    'pkg/form/flow.js',
    'pkg/form/memory.js',
    'pkg/form/messages.js',
    'pkg/form/mount.js',
    'pkg/form/parts.js',
    'pkg/form/policies.js',
    'pkg/form/renderers/choices.js',
    'pkg/form/renderers/device.js',
    'pkg/form/renderers/index.js',
    'pkg/form/renderers/outputs.js',
    'pkg/form/renderers/passkey.js',
    'pkg/form/renderers/profile.js',
    'pkg/form/renderers/providers.js',
    'pkg/form/renderers/qr-code.js',
    'pkg/form/renderers/recovery-codes.js',
    'pkg/form/renderers/robots.js',
    'pkg/form/renderers/texts.js',
    'pkg/form/renderers/unknown.js',
    'pkg/form/renderers/waiting.js',
    'pkg/form/returns.js',
    'pkg/form/step.js',
    'pkg/form/tokens.js',
    'pkg/form/vendor/uqr.js',
    'pkg/form/view.js',
    'pkg/index.d.ts',
    'pkg/index.js',
    'pkg/page/channel.js',
    'pkg/page/crypto.js',
    'pkg/page/dpop.js',
    'pkg/page/fault.js',
    'pkg/page/frame.js',
    'pkg/page/hooks.js',
    'pkg/page/location.js',
    'pkg/page/lock.js',
    'pkg/page/log.js',
    'pkg/page/page.js',
    'pkg/page/popup.js',
    'pkg/page/request.js',
    'pkg/page/storage.js',
    'pkg/page/timer.js',
    'pkg/page/work.js',
    'pkg/policy.d.ts',
    'pkg/policy.js',
    'pkg/popup.html',
    'pkg/popup.js',
    'pkg/qr-code.d.ts',
    'pkg/qr-code.js',
    'pkg/react.d.ts',
    'pkg/react.js',
    'pkg/recovery-codes.d.ts',
    'pkg/recovery-codes.js',
    'pkg/state.d.ts',
    'pkg/state.js',
    'pkg/state/journey.js',
    'pkg/state/sign-in.js',
    'pkg/state/store.js',
    'pkg/testing.d.ts',
    'pkg/testing.js',
    'pkg/types.d.ts',
    'pkg/types.js',
    'pkg/types/callbacks.d.ts',
    'pkg/types/config.d.ts',
    'pkg/types/errors.d.ts',
    'pkg/types/journey.d.ts',
    'pkg/types/oidc.d.ts',
    'pkg/types/options.d.ts',
    'pkg/url.d.ts',
    'pkg/url.js',
    'pkg/vue.d.ts',
    'pkg/vue.js',
    'pkg/wasm/core.js',
    'pkg/wasm/core.wasm',
    'pkg/wasm/inline-oidc.js',
    'pkg/wasm/inline.js',
    'pkg/wasm/oidc.wasm',
    'pkg/webauthn.d.ts',
    'pkg/webauthn.js',
  ]);
});

test('no dependencies but optional peers, nothing runs at installation, no side effects but of the form', () => {
  const { peerDependencies, peerDependenciesMeta } = manifest;
  assert.deepEqual(peerDependencies, { react: '>=18', vue: '>=3.4' });
  assert.deepEqual(peerDependenciesMeta, { react: { optional: true }, vue: { optional: true } });
  const kinds = ['dependencies', 'optionalDependencies', 'bundleDependencies'];
  for (const name of [...kinds, 'bundledDependencies', 'bin', 'man', 'imports']) {
    assert.equal(manifest[name], undefined, name);
  }
  const hooks = ['preinstall', 'install', 'postinstall', 'prepare', 'prepack', 'preuninstall'];
  for (const name of hooks) assert.equal(manifest.scripts[name], undefined, name);
  assert.deepEqual(manifest.sideEffects, ['./pkg/form.js', './pkg/form.css']);
  assert.equal(manifest.type, 'module');
});

test('tools that read no `exports`, such as Parcel, get the default entry', () => {
  const { types, default: main } = manifest.exports['.'];
  assert.deepEqual([manifest.types, manifest.main], [types, main]);
});

test("resolutions that read no `exports` (`moduleResolution: 'node'`) find every subpath's types", () => {
  const typed = Object.entries(manifest.exports).filter(
    ([path, { types }]) => types && path !== '.',
  );
  assert.deepEqual(manifest.typesVersions, {
    '*': Object.fromEntries(typed.map(([path, { types }]) => [path.slice(2), [types]])),
  });
});

test('every export is there, with its types first', () => {
  assert.equal(manifest.main, manifest.exports['.'].default);
  for (const [path, target] of Object.entries(manifest.exports)) {
    const files = typeof target === 'string' ? [target] : Object.values(target);
    for (const file of files) assert.ok(paths.includes(file.slice(2)), `${path}: ${file}`);
    if (typeof target === 'string') continue;
    assert.deepEqual(Object.keys(target), ['types', 'default'], path);
    assert.equal(target.types, target.default.replace(/\.js$/, '.d.ts'), path);
  }
});

test('nothing is imported but what is there', () => {
  let found = 0;
  for (const path of paths.filter((path) => /^pkg\/.*\.(js|d\.ts)$/.test(path))) {
    const text = readFileSync(join(root, path), 'utf8');
    const imports = path.endsWith('.d.ts')
      ? [...text.matchAll(/\bfrom '(\.[^']+)\.js'/g)].map(([, name]) => `${name}.d.ts`)
      : [...text.matchAll(/(?:\bfrom ?|\bimport\(|new URL\()(['"])(\.[^'"]+)\1/g)].map(
          ([, , name]) => name,
        );
    for (const name of imports) {
      assert.ok(paths.includes(join(path, '..', name)), `${path}: ${name}`);
      found += 1;
    }
  }
  assert.ok(found > 40, `${found}`);
});

test('nothing is decided by the text of a message', () => {
  const compares =
    /\bmessage(?:\(\))?\s*[!=]==?|\bmessage(?:\(\))?\??\.(?:includes|match|search|startsWith|endsWith|contains|starts_with)\(|\.test\([^)]*\bmessage/;
  const files = [...sources('pkg'), ...sources('src')];
  const found = files.flatMap((path) => {
    const [code] = readFileSync(join(root, path), 'utf8').split('#[cfg(test)]\nmod tests');
    return code.split('\n').filter((line) => compares.test(line));
  });
  // Browsers tell only so that a policy forbids WebAssembly.
  assert.deepEqual(
    found.map((line) => line.trim()),
    ['if (/unsafe-eval|content security policy|\\bCSP\\b/i.test(cause?.message)) {'],
  );
});

/** The sources below a folder, without those of tests. */
function sources(folder) {
  return readdirSync(join(root, folder), { recursive: true })
    .map((name) => join(folder, name))
    .filter((path) => /\.(?:rs|js)$/.test(path) && !/^(?:src\/testing|pkg\/wasm)\//.test(path));
}

test('/url has what the default entry has, and init()', () => {
  const { init, ...rest } = url;
  assert.deepEqual(Object.keys(rest), Object.keys(main));
  assert.equal(typeof init, 'function');
  const { oidc, journey, journeyClient, ...shared } = rest;
  const { oidc: _, journey: __, journeyClient: ___, ...expected } = main;
  assert.deepEqual(shared, expected);
  assert.ok(oidc && journey && journeyClient);
});

test('importing does nothing, where there is nothing', () => {
  const script = `
    for (const name of ['fetch', 'WebAssembly', 'setTimeout', 'setInterval', 'queueMicrotask',
      'Response', 'Request', 'Headers', 'Blob', 'BroadcastChannel', 'AbortController', 'navigator',
      'performance', 'crypto', 'DecompressionStream']) {
      const { get, value } = Object.getOwnPropertyDescriptor(globalThis, name) ?? {};
      Object.defineProperty(globalThis, name, {
        get() {
          // Node's own modules use them too.
          if (new Error().stack.includes('/pkg/')) throw new Error(name + ' was used');
          return get ? get.call(globalThis) : value;
        },
      });
    }
    for (const path of ${JSON.stringify(Object.keys(manifest.exports))}) {
      const { default: file } = ${JSON.stringify(manifest.exports)}[path];
      if (file) await import('journey-oidc' + path.slice(1));
    }`;
  execFileSync(process.execPath, ['--input-type=module', '-e', script], { cwd: root });
});

test('the manifest and the files can be asked for by name', async () => {
  const { default: own } = await import('journey-oidc/package.json', { with: { type: 'json' } });
  assert.equal(own.name, 'journey-oidc');
  for (const name of ['core.wasm', 'oidc.wasm', 'callback.html', 'popup.html', 'popup.js']) {
    assert.ok(existsSync(new URL(import.meta.resolve(`journey-oidc/${name}`))), name);
  }
});
