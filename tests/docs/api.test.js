/** Every public item says what it is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseDoc, readEntries } from '../../scripts/docs/declarations.mjs';
import { reference } from '../../scripts/docs/reference.mjs';
import { report } from '../../scripts/docs/report.mjs';
import { undocumented } from '../../scripts/docs/undocumented.mjs';
import { PAGES, text } from './pages.js';

const entries = readEntries();

test('every export and every member is documented', () => {
  assert.ok(entries.length >= 7);
  assert.deepEqual(entries.flatMap(undocumented), []);
});

test('what is not documented is named', () => {
  const doc = { text: 'x', tags: [] };
  const member = (path, doc) => ({ path, isCall: true, code: `${path}()`, doc });
  const declarations = [
    { name: 'Silent', kind: 'type', code: '', members: [] },
    { name: 'Client', kind: 'interface', doc, members: [member('get'), member('set', doc)] },
    { name: 'Loaded', kind: 'class', doc, members: [member('on', doc), member('on')] },
  ];
  assert.deepEqual(undocumented({ specifier: 'p', declarations }), ['p: Silent', 'p: Client.get']);
});

test('a report has declarations without comments, a reference has both', () => {
  const [main] = entries;
  const [made, page] = [report(main), reference(main)];
  assert.match(made, /export interface CallOptions \{\n {2}signal\?: AbortSignal;\n\}/);
  assert.doesNotMatch(made, /\/\*\*/);
  assert.match(page, /#### authorize\.callback\.matches\(\)/);
  assert.match(page, /#### authorize\.callback\(\)\n\nHandles the response in the URL/);
  const anchors = new Set([...page.matchAll(/^#+ (.*)$/gm)].map(([, name]) => name.toLowerCase()));
  for (const [, anchor] of page.matchAll(/\]\(#([^)]*)\)/g)) assert.ok(anchors.has(anchor), anchor);
  assert.doesNotMatch(page, /\{@link/);
});

test('the calls that the pages name exist', () => {
  const calls = (name) => {
    const { members } = entries[0].declarations.find((declaration) => declaration.name === name);
    return members.map(({ path }) => path);
  };
  const oidc = calls('OidcClientMethods');
  const journeys = [...calls('JourneyClient'), ...calls('journeyClient')];
  let found = 0;
  for (const page of PAGES) {
    const named = text(page).matchAll(
      /`(?:(client|journeyClient)\.)?((?:(?:authorize|token|user|session)\.)?\w+)\(/g,
    );
    for (const [, owner, path] of named) {
      const known = owner === 'journeyClient' ? journeys : oidc;
      if (!owner && !/\./.test(path)) continue;
      assert.ok(known.includes(path) || (!owner && journeys.includes(path)), `${page}: ${path}`);
      found += 1;
    }
  }
  assert.ok(found > 50, `${found}`);
});

test('a comment is taken apart', () => {
  const comment = '/**\n   * One.\n   *\n   * Two.\n   *\n   * @param a first\n   *   more\n   */';
  assert.deepEqual(parseDoc(comment), {
    text: 'One.\n\nTwo.',
    tags: [{ tag: 'param', text: 'a first\n  more' }],
  });
});
