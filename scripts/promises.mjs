/**
 * The tests that pages name: each promise of docs/security.md has one, each row of docs/providers.md has
 * one, and those that are named exist.
 */
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { Failure, isMain, main, root } from './run.mjs';

/** A text in quotes of any kind: which ones, and what is in them. */
const QUOTED = String.raw`(['"\`])((?:\\.|(?!\1)[^\\])*)\1`;

/** A test of Node, and an attempt of tests/attacks, which is a function by its name. */
const JAVASCRIPT = [
  new RegExp(String.raw`\b(?:test|it)\(\s*${QUOTED}`, 'g'),
  new RegExp(String.raw`^\s*\[?\s*${QUOTED}[:,]\s*(?:async\s*)?\(`, 'gm'),
];

/** A test of Rust. */
const NATIVE = /#\[test\]\s+(?:#\[[^\]]*\]\s+)*fn (\w+)\(/g;

/** The numbers of a review, at the end of an attempt's name: a page leaves them out. */
const NUMBERS = / \((?:A\d+(?:, )?)+\)/g;

/** A list item of a page, with those below it. */
const PROMISE = /^- .*\n(?: {2}.*\n)*/gm;

/** An item below a promise: a file, and names in it. */
const HELD_BY = /^ {2}- `([^`]+)`: (.+)$/gm;

/** The head of the table of docs/providers.md whose rows name tests. */
const HEAD = '| Seen at | What | Tests |';

/** A row of it: where a fault was seen, what it was, the tests. */
const ROW = /^\| [^|]+ \| ([^|]+) \| ([^|]+) \|$/gm;

/**
 * The names of the tests of a file, with `…` for each part that is filled in when it runs.
 *
 * @param {string} path
 * @param {string} source
 */
export function namesOf(path, source) {
  if (path.endsWith('.rs')) return new Set([...source.matchAll(NATIVE)].map(([, name]) => name));
  const names = JAVASCRIPT.flatMap((pattern) => [...source.matchAll(pattern)]).map(([, , name]) =>
    name
      .replaceAll(/\$\{[^}]*\}/g, '…')
      .replaceAll(/\\(.)/g, '$1')
      .replaceAll(NUMBERS, ''),
  );
  return new Set(names);
}

/**
 * What is wrong with the promises of a page.
 *
 * @param {string} page
 * @param {Record<string, string>} files the texts of tests, by path
 * @returns {string[]} one message for each fault
 */
export function faultsOfPromises(page, files) {
  const promises = sectionOf(page, 'Promises').match(PROMISE) ?? [];
  if (promises.length === 0) return ['no promises'];
  return promises.flatMap((promise) => {
    const tests = [...promise.matchAll(HELD_BY)];
    if (tests.length === 0) return [`without a test: ${promise.split('\n')[0]}`];
    return tests.flatMap(([, path, list]) => {
      const names = codeOf(list);
      if (files[path] === undefined) return [`${path}: no such file`];
      if (names.length === 0) return [`${path}: no test is named`];
      const known = namesOf(path, files[path]);
      return names.filter((name) => !known.has(name)).map((name) => `${path}: no test "${name}"`);
    });
  });
}

/**
 * What is wrong with the last table of docs/providers.md: a cell of tests has folders and files below
 * `tests`, names of files in `src`, and names of native tests.
 *
 * @param {string} page
 * @param {Record<string, string>} files the texts of tests, by path
 */
export function faultsOfProviders(page, files) {
  const paths = Object.keys(files);
  const native = paths.filter((path) => path.endsWith('.rs'));
  const tests = new Set(native.flatMap((path) => [...namesOf(path, files[path])]));
  const isThere = (name) =>
    name.includes('/')
      ? paths.some((path) => path === `tests/${name}.test.js` || path.startsWith(`tests/${name}/`))
      : tests.has(name) || native.some((path) => basename(path) === name);
  const [, table = ''] = page.split(`${HEAD}\n`);
  const rows = [...table.matchAll(ROW)];
  if (rows.length === 0) return ['no rows'];
  return rows.flatMap(([, what, cell]) => {
    const named = cell.replaceAll(/\([^)]*\)/g, '').match(/[\w./-]+/g) ?? [];
    if (named.length === 0) return [`without a test: ${what}`];
    return named.filter((name) => !isThere(name)).map((name) => `${what}: no test "${name}"`);
  });
}

/** The section of a page whose heading begins so. */
const sectionOf = (page, heading) =>
  page.split(/^## /m).find((section) => section.startsWith(heading)) ?? '';

const codeOf = (text) => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code);

/** Checks the pages. */
export async function checkPromises() {
  const files = {};
  for (const folder of ['src', 'tests']) {
    for (const path of await readdir(join(root, folder), { recursive: true })) {
      const isTest = /\.(?:js|rs)$/.test(path) && !path.includes('node_modules');
      if (isTest) files[`${folder}/${path}`] = await readFile(join(root, folder, path), 'utf8');
    }
  }
  const page = (name) => readFile(join(root, 'docs', name), 'utf8');
  const found = [
    ...faultsOfPromises(await page('security.md'), files).map((fault) => `security.md: ${fault}`),
    ...faultsOfProviders(await page('providers.md'), files).map(
      (fault) => `providers.md: ${fault}`,
    ),
  ];
  if (found.length > 0) throw new Failure(`Tests that pages name:\n${found.join('\n')}`);
}

if (isMain(import.meta.url)) await main(checkPromises);
