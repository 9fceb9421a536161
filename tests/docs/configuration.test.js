/** docs/configuration.md has every option, with the defaults that the core has. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEntries } from '../../scripts/docs/declarations.mjs';
import { text } from './pages.js';

const page = text('docs/configuration.md');
const { declarations } = readEntries()[0];

/** What each marked table is about: the types whose options it has. */
const TABLES = {
  OidcConfig: ['OidcConfig', 'AuthorizeHints'],
  OidcServerConfig: ['OidcServerConfig'],
  StorageConfig: ['StorageConfig'],
  JourneyClientConfig: ['JourneyClientConfig'],
  JourneyServerConfig: ['JourneyServerConfig'],
  LoggerConfig: ['LoggerConfig'],
};

/** The options of a type, but those that it says it ignores. */
function options(name, { ignored = false } = {}) {
  const found = declarations.find((declaration) => declaration.name === name);
  const own = found.members.filter(({ path }) => !path.includes('.'));
  return own
    .filter(({ doc }) => doc.text.startsWith('Ignored') === ignored)
    .map(({ path }) => path);
}

/** The rows of the table after a mark. */
function rows(mark) {
  const [, table] = page.split(`<!-- ${mark} -->\n\n`);
  const lines = table.slice(0, table.indexOf('\n\n')).split('\n').slice(2);
  return lines.map((line) => line.split(/ ?\| ?/).slice(1, -1));
}

for (const [mark, types] of Object.entries(TABLES)) {
  test(`every option of ${types.join(' and ')}`, () => {
    // The metadata's paths are explained where they are ignored.
    const expected = types
      .flatMap((type) => options(type))
      .concat(mark === 'OidcServerConfig' ? 'paths' : []);
    const actual = rows(mark).map(([name]) => name.replaceAll('`', ''));
    assert.deepEqual(actual.sort(), [...new Set(expected)].sort());
    for (const row of rows(mark)) assert.equal(row.length, 4, row[0]);
  });
}

test('every argument of the factories', () => {
  const [introduction] = page.split('\n## ');
  for (const factory of ['oidc', 'journey']) {
    const [, list] = introduction.match(new RegExp(`\`${factory}\\(\\{([^}]*)\\}\\)\``));
    const actual = list.split(',').map((name) => name.trim().replace('?', ''));
    const input = factory === 'oidc' ? 'OidcInput' : 'JourneyInput';
    assert.deepEqual(actual.sort(), options(input).sort());
  }
});

test('every option that is ignored', () => {
  const [, section] = page.split('<!-- IgnoredConfig -->');
  const names = [...options('IgnoredConfig', { ignored: true })];
  for (const name of [...names, ...options('JourneyClientConfig', { ignored: true })]) {
    assert.ok(section.includes(`\`${name}\``), name);
  }
});

test('the defaults are those of the core', () => {
  const core = text('src/oidc/config.rs');
  const milliseconds = (name) =>
    Number(
      core.match(new RegExp(`const DEFAULT_${name}: f64 = ([\\d_.]+);`))[1].replaceAll('_', ''),
    );
  const byOption = {
    oauthThreshold: ['OidcConfig', 'THRESHOLD'],
    timeout: ['OidcServerConfig', 'TIMEOUT'],
    frameTimeout: ['OidcServerConfig', 'FRAME_TIMEOUT'],
  };
  for (const [option, [mark, name]] of Object.entries(byOption)) {
    const [, type, otherwise] = rows(mark).find(([own]) => own === `\`${option}\``);
    assert.equal(type, 'milliseconds');
    assert.equal(Number.parseInt(otherwise.replaceAll(' ', ''), 10), milliseconds(name), option);
  }
  assert.match(page, /; 3 000 for/);
  assert.equal(milliseconds('SESSION_TIMEOUT'), 3000);
});
