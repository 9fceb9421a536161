/**
 * `npm run docs`: makes the pages that follow from the code: the tables of callbacks and of the
 * development server's faults, the API reference in docs/api/, the API reports in etc/. `npm run
 * check` fails when one is not current.
 */
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { callbacksPage } from './docs/callbacks.mjs';
import { readEntries } from './docs/declarations.mjs';
import { FAULTS_PAGE, faultsPage } from './docs/faults.mjs';
import { contents, reference, referenceName } from './docs/reference.mjs';
import { report, reportName } from './docs/report.mjs';
import { Failure, isMain, main, root, run } from './run.mjs';

/** Folders in which every file is made. */
const FOLDERS = ['docs/api', 'etc'];

/** Every page as it should be, by its path. */
export function pages() {
  const entries = readEntries();
  const all = {
    'docs/callbacks.md': callbacksPage().expected,
    [FAULTS_PAGE]: faultsPage(),
    'docs/api/README.md': contents(entries),
  };
  for (const entry of entries) {
    all[referenceName(entry)] = reference(entry);
    all[reportName(entry)] = report(entry);
  }
  return all;
}

/** Fails, showing the difference, when a page is not as it should be, or is not made any more. */
export async function checkDocs() {
  const folder = mkdtempSync(join(tmpdir(), 'docs-'));
  const stale = [];
  const expected = pages();
  for (const [path, text] of Object.entries(expected)) {
    const made = join(folder, path);
    write(made, text);
    const compare = ['diff', '--no-index', '--exit-code', '--', join(root, path), made];
    await run('git', compare).catch(() => stale.push(path));
  }
  rmSync(folder, { recursive: true });
  stale.push(...made().filter((path) => !(path in expected)));
  if (stale.length > 0) throw new Failure(`Not current: ${stale.join(', ')}. Run: npm run docs`);
}

/** The files in the folders that hold nothing but made ones. */
function made() {
  return FOLDERS.flatMap((folder) =>
    readdirSync(join(root, folder)).map((name) => `${folder}/${name}`),
  );
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const all = pages();
    for (const path of made()) if (!(path in all)) rmSync(join(root, path));
    for (const [path, text] of Object.entries(all)) write(join(root, path), text);
  });
}
