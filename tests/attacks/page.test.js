/** docs/attacks.md says what is tried. `UPDATE_DOCS=1` writes it. */
import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { test } from 'node:test';
import { CLASSES } from './play.js';

const PAGE = new URL('../../docs/attacks.md', import.meta.url);
const GENERATED = /(?<=<!-- attempts -->\n)[\s\S]*?(?=<!-- \/attempts -->)/;

/** What the attacker of each class is, and does. */
const ATTACKERS = {
  'another site':
    'links to the app, frames it, opens it in a window, posts and sends messages to it',
  'a hostile or second provider':
    'mixes up providers, names endpoints that are not its own, forges ID tokens, sends unreadable responses',
  'a hostile AM':
    'redirects to scripts, sends responses that are not steps, shares a host with another AM, forges returns',
  "other code's data":
    'leaves and changes records, notes and documents, pollutes prototypes, clobbers names',
  'tricks on fetch': 'uses URLs and requests that look like the API’s, redirects, changes the user',
  secrets: 'reads logs, errors, events, addresses, performance entries, storages and channels',
  'races between tabs': 'signs in, renews and signs out in several tabs at once, as two users',
  packaging:
    'reads what is published, imports it, frames and opens its pages, swaps the WebAssembly',
  'development servers':
    'asks from another site, under another host, for paths and with bodies of any kind',
};

const names = Object.values(CLASSES).flatMap(({ EVERYWHERE, CHROMIUM }) => [
  ...Object.keys(EVERYWHERE ?? {}),
  ...Object.keys(CHROMIUM),
]);

/** The rows of the review that are in names, in order. */
function rowsOf(names) {
  const rows = names.flatMap((name) =>
    [...name.matchAll(/\bA(\d+)\b/g)].map(([, row]) => Number(row)),
  );
  return [...new Set(rows)].sort((a, b) => a - b).map((row) => `A${row}`);
}

test('docs/attacks.md says what is tried', () => {
  const rows = Object.entries(CLASSES).map(([name, { EVERYWHERE = {}, CHROMIUM }]) => {
    const [all, one] = [EVERYWHERE, CHROMIUM].map((attempts) => Object.keys(attempts).length);
    assert.ok(ATTACKERS[name], `what the attacker of "${name}" does`);
    const found = rowsOf(Object.keys({ ...EVERYWHERE, ...CHROMIUM })).join(' ');
    return `| ${name} | ${ATTACKERS[name]} | ${all + one} | ${all} | ${found || 'none'} |\n`;
  });
  const head =
    '| Class | The attacker | Attempts | In every engine | Found and fixed |\n|---|---|---:|---:|---|\n';
  const before = readFileSync(PAGE, 'utf8');
  const after = before.replace(GENERATED, () => head + rows.join(''));
  if (process.env.UPDATE_DOCS) return writeFileSync(PAGE, after);
  assert.equal(before, after, 'UPDATE_DOCS=1 writes it');
});

test('no two attempts have one name', () => {
  assert.equal(new Set(names).size, names.length);
});

test('there are as many attempts as were promised', () => {
  assert.ok(names.length >= 100, `${names.length} in Chromium`);
  const all = Object.values(CLASSES).flatMap(({ EVERYWHERE }) => Object.keys(EVERYWHERE ?? {}));
  assert.ok(all.length >= 25, `${all.length} in every engine`);
});

test('every row of the review is tried, or is tried elsewhere', () => {
  // A21 is a recipe of the docs, which has a test of its own.
  const rows = Array.from({ length: 23 }, (_, index) => `A${index + 1}`);
  assert.deepEqual(
    rowsOf(names),
    rows.filter((row) => row !== 'A21'),
  );
  const page = readFileSync(PAGE, 'utf8');
  for (const row of rows)
    assert.ok(page.includes(`\n| ${row} | `), `docs/attacks.md explains ${row}`);
});
