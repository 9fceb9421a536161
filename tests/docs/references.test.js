/** What comments and pages refer to is in this repository. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { test } from 'node:test';
import { root } from '../../scripts/run.mjs';
import { anchors, text } from './pages.js';

/** This file names what it looks for. */
const SELF = 'tests/docs/references.test.js';

const FILES = execFileSync('git', ['ls-files', '-z', '-co', '--exclude-standard'], { cwd: root })
  .toString()
  .split('\0')
  .filter((name) => /\.(?:css|html|jsx?|md|mjs|rs|sh|toml|ts|vue)$/.test(name))
  .filter((name) => name !== SELF && existsSync(join(root, name)));
const MARKDOWN = FILES.filter((name) => name.endsWith('.md'));

/** The number of a finding. docs/attacks.md has a row for each, and the attempts have them in their names. */
const FINDING = /(?<![\w"'`/+=.%-])[AB]\d{1,2}(?![\w"'`/+=-])/;
const WITH_FINDINGS = /^(?:docs\/attacks\.md|tests\/attacks\/.*)$/;

/** Names for which a reader needs a text that is not here. */
const NAMED = [
  /\bdecisions? \d+/i,
  /(?<![\w./-])contracts?\b(?!-|\.\w)/i,
  /\bT\d{1,2}\b/,
  /\btables? \d+\.\d+/i,
  /\b(?:flaws?|weak spots?) \d+/i,
  /\brows? [AB]?\d+/i,
  FINDING,
  /\bissues? #?\d+/i,
  /\.\.\/shared\b/,
];

/** A document of this repository, perhaps at a heading, such as `docs/errors.md#the-call`. */
const DOCUMENT =
  /(?<![\w${}*/-])((?:\.{1,2}\/)*(?:[\w@.-]+\/)*[\w-]+\.md)(?:#([\w-]+))?(?!\w|\.\w)/g;

/** A file or folder of this repository, in a comment or a page. Not what the build or the fuzzer makes. */
const SOURCE =
  /(?<![\w./@:-])(?:src|pkg|scripts|tests|www|server|examples|fuzz)\/(?!wasm\b|artifacts\b)[\w./-]*\w/g;

/**
 * The names without a document beside them, in the same line or the next.
 *
 * @param {string} source
 * @returns {string[]} each with its line
 */
function unlinked(source) {
  const lines = source.split('\n');
  return lines.flatMap((line, index) => {
    const around = `${line}\n${lines[index + 1] ?? ''}`;
    if (/[\w-]\.md\b/.test(around)) return [];
    return NAMED.flatMap((pattern) => pattern.exec(line)?.[0] ?? []).map(
      (name) => `${index + 1}: ${name}`,
    );
  });
}

/** The files that a path may mean, in a text of `file`. */
function resolved(file, path) {
  // Made pages lie elsewhere than what makes them.
  const folders = ['.', dirname(file), ...(file.startsWith('scripts/docs/') ? ['docs/api'] : [])];
  return folders.map((folder) => normalize(join(folder, path))).filter(isHere);
}

const isHere = (path) => !path.startsWith('..') && existsSync(join(root, path));

/** What is wrong with the documents that a file names. */
function missing(file, source) {
  return [...withoutLinks(source).matchAll(DOCUMENT)].flatMap(([whole, path, anchor]) => {
    const [found] = resolved(file, path);
    return found && (!anchor || anchors(found).includes(anchor)) ? [] : [whole];
  });
}

/** The comments of code, and the whole of a page. */
function prose(file) {
  if (file.endsWith('.md')) return withoutCode(text(file));
  const lines = text(file).split('\n');
  return lines.filter((line) => /^\s*(?:\/\/|\/?\*|#(?!\[))/.test(line)).join('\n');
}

/** Where a file names others: the comments of code, and what a page has as code in its lines. */
function paths(file) {
  const named = withoutLinks(prose(file));
  return file.endsWith('.md') ? (named.match(/`[^`\n]+`/g) ?? []).join('\n') : named;
}

/** Links of a page have a test of their own below, and what is elsewhere is not for us to see. */
const withoutLinks = (source) => source.replaceAll(/\[[^\]]*\]\([^)]*\)|https?:\/\/[^\s)]+/g, '');

const withoutCode = (page) => page.replaceAll(/^ *```[\s\S]*?^ *```$/gm, '');

test('a name that needs another text comes with a link to it', () => {
  for (const name of [
    'as decision 13 says',
    "the contract's section 2.6",
    'AM needs its headers (T7)',
    'as in table 5.1',
    'flaw 36',
    'the weak spot 24',
    'Row 3: stale tokens',
    'see A12.',
    'see issue 13',
    'in ../shared/house.md',
  ]) {
    const isNamed = unlinked(name).length > 0 || missing('src/lib.rs', name).length > 0;
    assert.ok(isNamed, name);
  }
  assert.deepEqual(unlinked('the contract: docs/compatibility.md'), []);
  assert.deepEqual(unlinked('the rows of\ndocs/errors.md'), []);
  const found = FILES.flatMap((file) =>
    unlinked(text(file))
      .filter((name) => !(WITH_FINDINGS.test(file) && FINDING.test(name)))
      .map((name) => `${file}:${name}`),
  );
  assert.deepEqual(found, []);
});

test('documents that are named exist, with their headings', () => {
  for (const name of ['house.md', 'docs/none.md', 'docs/errors.md#none']) {
    assert.deepEqual(missing('src/lib.rs', `see ${name}.`), [name]);
  }
  assert.deepEqual(missing('src/lib.rs', 'docs/errors.md#the-call, README.md'), []);
  const found = FILES.flatMap((file) =>
    missing(file, prose(file)).map((name) => `${file}: ${name}`),
  );
  assert.deepEqual(found, []);
});

test('files that are named exist', () => {
  const found = FILES.filter((file) => file !== 'CHANGELOG.md').flatMap((file) =>
    (paths(file).match(SOURCE) ?? [])
      .filter((path) => resolved(file, path).length === 0)
      .map((path) => `${file}: ${path}`),
  );
  assert.deepEqual(found, []);
});

test('links lead somewhere', () => {
  let count = 0;
  for (const page of MARKDOWN) {
    for (const [, target] of withoutCode(text(page)).matchAll(/\]\(([^)\s]+)\)/g)) {
      if (/^https?:/.test(target)) continue;
      count += 1;
      const [path, anchor] = target.split('#');
      const file = path ? join(dirname(page), path) : page;
      assert.ok(isHere(file), `${page}: ${target}`);
      if (anchor) assert.ok(anchors(file).includes(anchor), `${page}: ${target}`);
    }
  }
  assert.ok(count > 200, `${count}`);
});

test('the README of the server links to no file, since its package has none of them', () => {
  assert.deepEqual(text('server/README.md').match(/\]\((?!https?:|#)[^)]*\)/g), null);
});

/** The rows of docs/architecture.md about one hop: a file, its functions. */
const HOPS = /^\| `([^`]+)` \| ((?:`\w+`(?:, )?)+) \|/gm;

test('the functions on the trips of docs/architecture.md are in their files', () => {
  const hops = [...text('docs/architecture.md').matchAll(HOPS)];
  assert.ok(hops.length > 40, `${hops.length}`);
  const wrong = hops.flatMap(([, file, names]) => {
    if (!isHere(file)) return [file];
    const source = text(file);
    return [...names.matchAll(/\w+/g)]
      .map(([name]) => name)
      .filter((name) => !new RegExp(`\\b(?:fn|function|const) ${name}\\b`).test(source))
      .map((name) => `${file}: ${name}`);
  });
  assert.deepEqual(wrong, []);
});
