/** What publint and "Are the types wrong?" say of the packed packages. */
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

/** The packages, by their folder: what their `exports` have besides modules. */
const PACKAGES = {
  // Pages, the script of one, a style sheet, and the wasm.
  '.': [/\.html$/, './form.css', './popup.js', './core.wasm', './oidc.wasm'],
  './server': [],
};

for (const [from, excludeEntrypoints] of Object.entries(PACKAGES)) {
  const manifest = JSON.parse(readFileSync(join(root, from, 'package.json'), 'utf8'));
  const { filename, files } = pack(from);
  const tarball = readFileSync(join(folder, filename));

  test(`publint finds nothing in ${manifest.name}`, async () => {
    const bytes = new Uint8Array(tarball).buffer;
    const { messages } = await publint({ pack: { tarball: bytes }, strict: true });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, manifest, { color: false })),
      [],
    );
  });

  test(`the types of ${manifest.name} resolve, and to the format that the files have`, async () => {
    const packed = createPackageFromTarballData(tarball);
    const { entrypoints, problems } = await checkPackage(packed, { excludeEntrypoints });
    const typed = Object.keys(manifest.exports).filter((path) => manifest.exports[path].types);
    const found = Object.keys(entrypoints).filter((path) => path !== './package.json');
    assert.deepEqual(found.sort(), typed.sort());
    // A package of ES modules: `node16-cjs` knows no `require()` of one.
    const relevant = ({ resolutionKind, resolutionOption }) =>
      ![resolutionKind, resolutionOption].includes('node16-cjs');
    assert.deepEqual(problems.filter(relevant), []);
  });

  test(`${manifest.name} has its own files, and no key`, () => {
    const paths = files.map(({ path }) => path);
    const own =
      from === '.' ? /^(pkg\/|package\.json$|README\.md$|LICENSE$)/ : /^[^/]+$|^(journeys|nodes)\//;
    assert.deepEqual(
      paths.filter((path) => !own.test(path) || /\.(pem|key|p12|crt)$/.test(path)),
      [],
    );
    assert.ok(paths.includes('README.md') && paths.includes('LICENSE'));
  });
}

/** Packs a package: the name of the file, and what is in it. */
function pack(from) {
  const args = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder, from];
  return JSON.parse(execFileSync('npm', args, { cwd: root, encoding: 'utf8' }))[0];
}
