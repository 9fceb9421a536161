/** What publint and "Are the types wrong?" say of the packed package. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { formatMessage } from 'publint/utils';
import { root } from '../../scripts/run.mjs';

const folder = mkdtempSync(join(tmpdir(), 'packed-'));
after(() => rmSync(folder, { recursive: true }));
const tarball = readFileSync(join(folder, pack()));
const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));

/** Packs the package; the name of the file. */
function pack() {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  return JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }))[0].filename;
}

test('publint finds nothing', async () => {
  const bytes = new Uint8Array(tarball).buffer;
  const { messages } = await publint({ pack: { tarball: bytes }, strict: true });
  assert.deepEqual(
    messages.map((message) => formatMessage(message, manifest, { color: false })),
    [],
  );
});

test('the types resolve, and to the format that the files have', async () => {
  const { entrypoints, problems } = await checkPackage(createPackageFromTarballData(tarball), {
    // Pages, the script of one, a style sheet, and the wasm.
    excludeEntrypoints: [/\.html$/, './form.css', './popup.js', './core.wasm', './oidc.wasm'],
  });
  const typed = Object.keys(manifest.exports).filter((path) => manifest.exports[path].types);
  const found = Object.keys(entrypoints).filter((path) => path !== './package.json');
  assert.deepEqual(found.sort(), typed.sort());
  // A package of ES modules: `node16-cjs` knows no `require()` of one.
  const relevant = ({ resolutionKind, resolutionOption }) =>
    ![resolutionKind, resolutionOption].includes('node16-cjs');
  assert.deepEqual(problems.filter(relevant), []);
});
