/**
 * The packed development server, installed as an app installs it: its command, its types, and its fixtures
 * for Playwright with the code of docs/testing.md, on each of the examples.
 */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { FLAGS } from '../chromium.js';
import { blocks } from '../docs/pages.js';
import { run, start } from '../processes.js';
import { createProject, freePort, provideWorld, root, tool } from './support.js';

const EXAMPLES = ['form', 'react', 'vue'];

provideWorld(undefined, { browser: false, server: true });

/** The code of docs/testing.md that begins with the name of a file. */
function codeOf(name) {
  return blocks('docs/testing.md').find(({ code }) => code.startsWith(`// ${name}\n`)).code;
}

test('the command starts, with a configuration file, and can be requested', async (t) => {
  const project = await createProject('command', []);
  const options = "export default { port: 0, clients: [{ client_id: 'my-app' }] };\n";
  await writeFile(join(project, 'journey-oidc-server.config.js'), options);
  const begin = performance.now();
  const bin = join(project, 'node_modules/.bin/journey-oidc-server');
  const server = start(project, [bin, '--fault', 'cors-star'], {});
  t.after(() => server.end());
  const failed = server.ended.then((code) => assert.fail(`${code}: ${server.text()}`));
  await Promise.race([once(server.child.stdout, 'data'), failed]);
  const ms = Math.round(performance.now() - begin);
  // The README promises less than a second; other tests may run at the same time.
  assert.ok(ms < 3000, `the command starts in ${ms} ms`);
  const [wellknown] = /http\S+openid-configuration/.exec(server.text());
  const response = await fetch(wellknown);
  assert.equal(response.headers.get('access-control-allow-origin'), '*');
  assert.equal(
    (await response.json()).issuer,
    wellknown.replace('/.well-known/openid-configuration', ''),
  );
});

test('its types, those of the fixtures too, with TypeScript 5', async () => {
  const project = await createProject('server types', []);
  await cp(join(root, 'tests/types/server.ts'), join(project, 'server.ts'));
  await writeFile(join(project, 'sign-in.ts'), codeOf('sign-in.spec.js'));
  await writeFile(join(project, 'playwright.config.ts'), codeOf('playwright.config.ts'));
  const compilerOptions = {
    target: 'es2022',
    lib: ['es2022', 'dom', 'dom.iterable'],
    module: 'nodenext',
    strict: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    // Playwright's own need Node's.
    skipLibCheck: true,
    types: [],
  };
  const config = JSON.stringify({ compilerOptions, include: ['*.ts'] });
  await writeFile(join(project, 'tsconfig.json'), config);
  const tsc = join(tool('tsc'), '../../typescript-5/bin/tsc');
  await run(project, [process.execPath, tsc, '-p', '.']);
});

test('the examples, by its fixtures for Playwright', async (t) => {
  const project = await createProject('playwright', ['projects/playwright']);
  await writeFile(join(project, 'sign-in.spec.js'), codeOf('sign-in.spec.js'));
  const apps = {};
  for (const name of EXAMPLES) {
    await cp(join(root, 'examples', name), join(project, name), { recursive: true });
    apps[name] = `http://localhost:${await freePort()}`;
  }
  const output = await run(project, [tool('playwright'), 'test'], {
    APPS: JSON.stringify(apps),
    PROVIDER_PORT: String(await freePort()),
    CHROMIUM: process.env.CHROMIUM || '/usr/bin/chromium',
    FLAGS: FLAGS.join(' '),
  });
  t.diagnostic(output.trim().split('\n').at(-1));
  const own = await readFile(join(project, 'fixtures.spec.js'), 'utf8');
  const count = (codeOf('sign-in.spec.js') + own).match(/^test\('/gm).length;
  assert.match(output, new RegExp(`^ *${count * EXAMPLES.length} passed`, 'm'));
});
