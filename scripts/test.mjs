/**
 * `npm test`: set-up, build, then every check and test there is. After the build a failure doesn't
 * stop the rest. `npm test -- --only native,e2e` runs some of the stages.
 */
import { existsSync, readdirSync } from 'node:fs';
import { join, relative } from 'node:path';
import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { check } from './check.mjs';
import { duration, Failure, isMain, main, root, run, say } from './run.mjs';
import { setup } from './setup.mjs';
import { size } from './size.mjs';

/** Stages of which each test file wants the machine for itself. */
const ONE_AT_A_TIME = ['engines', 'provider', 'package', 'bench'];

/** Stages that take long: after the others. */
const LATE = ['attacks', 'e2e', ...ONE_AT_A_TIME];

/** What has a command of its own: `npm run interop`. */
const ELSEWHERE = ['interop'];

/** Folders whose tests also run on other versions of Node: what of the package and the server is Node's. */
const ON_EVERY_NODE = ['tests/pkg', 'tests/server'];

/** How long each stage usually takes, in minutes, on two cores and where all is installed. */
export const USUAL_MINUTES = {
  build: 2,
  check: 4,
  native: 1,
  browser: 2,
  scripts: 0.5,
  docs: 0.5,
  pkg: 0.5,
  server: 0.5,
  versions: 1,
  attacks: 4,
  bench: 0.5,
  e2e: 17,
  engines: 2,
  package: 6,
  provider: 1,
  size: 0.5,
};

/** Folders of tests that must be there. Others are found. */
const NODE_FOLDERS = ['tests/server', 'tests/e2e'];

/**
 * The stages after the build, in order: each returns its counts, or nothing.
 *
 * @param {Awaited<ReturnType<typeof setup>>} ready
 * @returns {Record<string, () => Promise<{ passed: number, failed: number } | void>>}
 */
export function stages({ toolchain, wasmBindgen, browsers }) {
  const { cargo, env, web } = toolchain;
  return {
    check: () => check(toolchain),
    // Some tests print what they counted.
    native: () => counted(countCargo, cargo, ['test', '--locked', '--', '--show-output'], env),
    browser: () => {
      const args = ['test', '--locked', ...web.args, '--test', 'browser'];
      return counted(countCargo, cargo, args, {
        ...env,
        ...web.env,
        CARGO_PROFILE_TEST_DEBUG: '0',
        CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: wasmBindgen.testRunner,
        CHROMEDRIVER: browsers.CHROMEDRIVER,
        WASM_BINDGEN_TEST_TIMEOUT: '120',
      });
    },
    scripts: () => nodeTests('scripts', {}),
    versions: onEveryNode,
    ...Object.fromEntries(
      testFolders().map((folder) => [relative('tests', folder), () => nodeTests(folder, browsers)]),
    ),
    size: () => size({}),
  };
}

/** The folders in `tests/` with tests for Node, those of `LATE` last. */
function testFolders() {
  const found = readdirSync(join(root, 'tests'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && !ELSEWHERE.includes(entry.name))
    .map(({ name }) => `tests/${name}`)
    .filter((folder) => testFiles(folder).length > 0);
  const late = (folder) => Number(LATE.includes(relative('tests', folder)));
  return [...new Set([...NODE_FOLDERS, ...found])].sort((a, b) => late(a) - late(b));
}

/** The `*.test.js` and `*.test.mjs` below a folder. */
function testFiles(folder) {
  if (!existsSync(join(root, folder))) return [];
  return readdirSync(join(root, folder), { recursive: true })
    .filter((name) => /\.test\.m?js$/.test(name) && !name.includes('node_modules'))
    .map((name) => join(folder, name))
    .sort();
}

/**
 * Runs the tests of a folder in Node.
 *
 * @param {string} folder
 * @param {Record<string, string | undefined>} env
 * @param {{ oneAtATime?: boolean, options?: string[], node?: string }} [how] `options`: more of
 *   Node's; `node`: another one
 */
export async function nodeTests(folder, env, how = {}) {
  const { oneAtATime, options = [], node = process.execPath } = how;
  const files = testFiles(folder);
  if (files.length === 0) throw new Failure(`${folder} has no tests (*.test.js)`);
  const alone = oneAtATime ?? ONE_AT_A_TIME.includes(relative('tests', folder));
  const concurrency = `--test-concurrency=${alone ? 1 : 2}`;
  const args = ['--test', '--test-reporter=spec', concurrency, ...options, ...files];
  return counted(countNode, node, args, env);
}

/** Runs some tests on each version of Node that is to be had here; the counts of all. */
async function onEveryNode() {
  const { installNodes } = await import('../tests/versions/nodes.js');
  const nodes = await installNodes();
  if (nodes.length === 0) console.log('No other version of Node is to be had here.');
  const counts = { passed: 0, failed: 0 };
  for (const { major, path } of nodes) {
    for (const folder of ON_EVERY_NODE) {
      console.log(`Node ${major}: ${folder}`);
      const { passed, failed } = await nodeTests(folder, {}, { node: path }).catch((error) => ({
        passed: 0,
        ...error.counts,
        failed: error.counts?.failed || 1,
      }));
      counts.passed += passed;
      counts.failed += failed;
    }
  }
  if (counts.failed > 0) throw Object.assign(new Failure('Not on every Node'), { counts });
  return counts;
}

/** Runs tests, and counts them in their output. */
async function counted(count, command, args, env) {
  const options = { env, capture: true, minutes: 30 };
  return run(command, args, options).then(count, (error) => {
    throw Object.assign(error, { counts: count(error.output ?? '') });
  });
}

/** Counts in the output of `cargo test`. */
export function countCargo(text) {
  const results = [...text.matchAll(/^test result: .*?(\d+) passed; (\d+) failed/gm)];
  const sum = (group) => results.reduce((total, result) => total + Number(result[group]), 0);
  return { passed: sum(1), failed: sum(2) };
}

/** Counts in the output of Node's `spec` reporter. */
export function countNode(text) {
  const number = (name) => Number(new RegExp(`^ℹ ${name} (\\d+)$`, 'm').exec(text)?.[1] ?? 0);
  return { passed: number('pass'), failed: number('fail') + number('cancelled') };
}

/**
 * The line before a stage.
 *
 * @param {string} name
 * @param {number} number from 1
 * @param {number} count of all stages
 */
export function heading(name, number, count) {
  const minutes = USUAL_MINUTES[name];
  const time = minutes < 1 ? 'less than a minute' : `about ${minutes} min`;
  return `${number}/${count} ${name}${minutes === undefined ? '' : `, usually ${time}`}`;
}

/**
 * Runs one stage; what the table shows about it. A stage that fails has a failure to count.
 *
 * @param {string} name
 * @param {() => Promise<unknown>} body
 * @param {string} [title]
 */
export async function runStage(name, body, title = name) {
  say(title);
  const start = Date.now();
  const row = { name, passed: 0, failed: 0 };
  try {
    Object.assign(row, await body());
  } catch (error) {
    console.error(error instanceof Failure ? `✗ ${error.message}` : error);
    Object.assign(row, error.counts);
    row.failed ||= 1;
  }
  return { ...row, time: Date.now() - start };
}

/** Prints how long each stage took, and the totals. */
export function report(rows) {
  const column = (row, key) => (row[key] > 0 ? `${row[key]} ${key}` : '').padStart(12);
  console.log('');
  for (const row of rows) {
    const [mark, time] = [row.failed ? '✗' : '✓', duration(row.time).padStart(12)];
    console.log(
      `${mark} ${row.name.padEnd(10)}${time}${column(row, 'passed')}${column(row, 'failed')}`,
    );
  }
  const total = (key) => rows.reduce((sum, row) => sum + row[key], 0);
  console.log(`\n${total('passed')} passed, ${total('failed')} failed`);
  if (total('failed') > 0) process.exitCode = 1;
}

/** The names after `--only`, all of which must exist. */
export function selected(names) {
  const { only } = parseArgs({ options: { only: { type: 'string' } } }).values;
  const wanted = only?.split(',') ?? names;
  const unknown = wanted.filter((name) => !names.includes(name));
  if (unknown.length > 0) {
    throw new Failure(`No stage ${unknown.join(', ')}. There are: ${names.join(', ')}`);
  }
  return wanted;
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const start = Date.now();
    const ready = await setup({ lint: true, browsers: ['Chromium', 'Firefox', 'WebKitGTK'] });
    const all = stages(ready);
    const names = ['build', ...selected(Object.keys(all))];
    const rows = [{ name: 'setup', passed: 0, failed: 0, time: Date.now() - start }];
    for (const [index, name] of names.entries()) {
      const body = index === 0 ? () => build(ready) : all[name];
      rows.push(await runStage(name, body, heading(name, index + 1, names.length)));
      // Without a build there is nothing to test.
      if (index === 0 && rows.at(-1).failed > 0) break;
    }
    report(rows);
  });
}
