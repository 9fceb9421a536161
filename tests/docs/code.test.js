/** The code on the pages: it compiles against the package's types, and its commands exist. */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, test } from 'node:test';
import { root } from '../../scripts/run.mjs';
import { stages } from '../../scripts/test.mjs';
import { blocksOf, PAGES, text } from './pages.js';

const folder = mkdtempSync(join(tmpdir(), 'docs-'));
after(() => rmSync(folder, { recursive: true }));

const LANGUAGES = ['', 'html', 'http', 'js', 'json', 'jsx', 'sh', 'ts', 'vue'];

const CONFIG = {
  extends: join(root, 'tsconfig.json'),
  compilerOptions: {
    module: 'esnext',
    moduleResolution: 'bundler',
    jsx: 'preserve',
    // As in an app's JavaScript.
    noImplicitAny: false,
    useUnknownInCatchVariables: false,
    noUncheckedIndexedAccess: false,
    paths: {
      'journey-oidc': [`${root}pkg/index.d.ts`],
      'journey-oidc/*': [`${root}pkg/*.d.ts`],
      react: [`${root}node_modules/@types/react/index.d.ts`],
      vue: [`${root}node_modules/vue/dist/vue.d.mts`],
      'journey-oidc-server': [`${root}server/index.d.ts`],
      'journey-oidc-server/*': [`${root}server/*.d.ts`],
    },
  },
  include: ['**/*'],
  exclude: [],
};

/** The modules that a page's code makes: named by page and line, with its lines at their place. */
async function modulesOf(page) {
  const imports = new Map(await ownNames(page));
  return blocksOf('js', 'jsx', 'ts', 'vue', 'html')
    .filter((block) => block.page === page && !isDeclaration(block))
    .flatMap(({ line, language, code }) => scripts(language, code).map((own) => [line, own]))
    .map(([line, { code, extension }]) => {
      const inherited = [...imports].filter(([name]) => !declares(code, name));
      for (const statement of code.match(/^import [^;]*;/gm) ?? []) remember(imports, statement);
      const lines = [
        '\n'.repeat(line - 1) + code,
        ...inherited.map(([, statement]) => statement),
        'export {};',
      ];
      return [`${page}.${line}.${extension}`, lines.join('\n')];
    });
}

/** A page of the reference uses what it is about without an import. */
async function ownNames(page) {
  const [, specifier] = /^# `(journey-oidc.*)`$/m.exec(text(page)) ?? [];
  const names = specifier ? Object.keys(await import(specifier)) : [];
  return names.map((name) => [name, `import { ${name} } from '${specifier}';`]);
}

/** The reference repeats declarations; they are compiled where they are from. */
function isDeclaration({ page, language }) {
  return page.startsWith('docs/api/') && language === 'ts';
}

/** The scripts in a block. */
function scripts(language, code) {
  if (language !== 'vue' && language !== 'html') return [{ code, extension: language }];
  return [...code.matchAll(/<script(?: setup| type="module")>\n([\s\S]*?)<\/script>/g)].map(
    ({ 1: script, index }) => ({
      code: '\n'.repeat(code.slice(0, index).split('\n').length) + script,
      extension: 'js',
    }),
  );
}

function declares(code, name) {
  const ways = [
    `import [^;]*`,
    `(export )?(const|let) [^=]*`,
    `(export )?(class|(async )?function) `,
  ];
  return new RegExp(`^(${ways.join('|')})\\b${name}\\b`, 'm').test(code);
}

/** What later code of a page may use of an import. */
function remember(imports, statement) {
  const [, names, from] = /^import \{([^}]*)\} from ('[^']*');/.exec(statement) ?? [];
  for (const name of names?.split(',') ?? []) {
    if (name.trim()) imports.set(name.trim(), `import { ${name.trim()} } from ${from};`);
  }
}

/** What `tsc` says of the modules. */
function compile(modules) {
  rmSync(join(folder, 'code'), { recursive: true, force: true });
  const all = {
    'tsconfig.json': JSON.stringify(CONFIG),
    'app.d.ts': readFileSync(join(root, 'tests/docs/app.d.ts'), 'utf8'),
    ...Object.fromEntries(modules),
  };
  for (const [name, content] of Object.entries(all)) {
    const path = join(folder, 'code', name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  const tsc = join(root, 'node_modules/.bin/tsc');
  const { stdout } = spawnSync(tsc, ['-p', join(folder, 'code'), '--pretty', 'false'], {
    cwd: join(folder, 'code'),
    encoding: 'utf8',
  });
  return stdout.trim();
}

test('all code has a language that is known here', () => {
  const known = blocksOf(...LANGUAGES).length;
  const fences = PAGES.flatMap((page) => text(page).match(/^ *```/gm) ?? []).length;
  assert.equal(known * 2, fences);
});

test('JavaScript and TypeScript compile', async () => {
  const modules = (await Promise.all(PAGES.map(modulesOf))).flat();
  assert.ok(modules.length > 35, `${modules.length}`);
  assert.equal(compile(modules), '');
});

test('code that does not compile is found, with its line', () => {
  const wrong = 'client.token.fetch();';
  assert.match(compile([['page.md.7.js', `${'\n'.repeat(6)}${wrong}`]]), /page\.md\.7\.js\(7,14\)/);
});

test('commands exist', () => {
  const { name, scripts } = JSON.parse(text('package.json'));
  const lines = blocksOf('sh').flatMap(({ code }) => code.trim().split('\n'));
  assert.ok(lines.length > 0);
  for (const line of lines) {
    const [command, argument = '', script] = line.replace(/ *#.*/, '').split(' ');
    assert.ok(['npm', 'npx', 'cp'].includes(command), line);
    if (command === 'npx')
      assert.ok(['journey-oidc-server', 'playwright'].includes(argument), line);
    else if (command === 'cp')
      assert.ok(existsSync(join(root, argument.split(`${name}/`)[1])), line);
    else if (argument === 'install') assert.ok(line.split(' ').pop().startsWith(name), line);
    else if (argument !== 'ci') assert.ok(scripts[argument === 'run' ? script : argument], line);
  }
  for (const [, script] of PAGES.map(text)
    .join('\n')
    .matchAll(/`npm run ([\w-]+)/g)) {
    assert.ok(scripts[script], script);
  }
});

test('CONTRIBUTING.md has every stage of npm test', () => {
  const web = { args: [], env: {} };
  const names = Object.keys(stages({ toolchain: { web }, wasmBindgen: {}, browsers: {} }));
  const rows = text('CONTRIBUTING.md').match(/(?<=^\| `)\w+(?=` \| )/gm);
  assert.deepEqual(
    names.filter((name) => !rows.includes(name)),
    [],
  );
});

test('JSON is JSON', () => {
  for (const { page, line, code } of blocksOf('json')) {
    assert.doesNotThrow(() => JSON.parse(code), `${page}:${line}`);
  }
});

test('no merge has left its marks', () => {
  for (const page of [...PAGES, 'CHANGELOG.md']) {
    assert.doesNotMatch(text(page), /^(?:<{7} |={7}$|>{7} )/m, page);
  }
});
