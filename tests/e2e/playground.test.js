/** The page *Your own server*: as a folder of static files, and from `npm start`. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, test } from 'node:test';
import { transform } from 'esbuild';
import sirv from 'sirv';
import { writePlayground } from '../../scripts/playground.mjs';
import { serveDemo } from '../../www/serve.js';
import { fillIn } from './oidc-support.js';
import { CLIENT_ID, newContext, TOKENS, USER, useWorld, wellknown, world } from './support.js';

const AXE = readFileSync(new URL(import.meta.resolve('axe-core/axe.min.js')), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa'];

/** What a page that holds the window would have it ask. */
const thief = 'https://thief.example/.well-known/openid-configuration';

/** The page, as a host for static files serves it; and what `npm start` serves. */
let playground;
let demo;
useWorld(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'playground-'));
  await writePlayground(folder);
  const files = createServer(sirv(folder));
  await new Promise((resolve) => files.listen(0, '127.0.0.1', resolve));
  playground = `http://localhost:${files.address().port}`;
  world.demo = playground;
  demo = await serveDemo({ port: 0, serverUrl: world.provider });
  return async () => {
    await demo.close();
    files.close();
    files.closeAllConnections();
    await rm(folder, { recursive: true });
  };
});
beforeEach(() => {
  const origins = [playground, demo.url];
  return world.server.control.setClient({ client_id: CLIENT_ID, origins });
});

/** The page with a link's fragment; fails the test for any error in it. */
async function open(t, fragment = {}, { url = `${playground}/`, ...options } = {}) {
  const page = await (await newContext(t, options)).newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  t.after(() => assert.deepEqual(errors, []));
  const given = { wellknown: wellknown(), client: CLIENT_ID, ...fragment };
  await page.goto(`${url}#${new URLSearchParams(given)}`);
  await page.getByRole('button', { name: `Check ${new URL(world.provider).host}` }).waitFor();
  return page;
}

const check = async (page) => {
  await page.locator('#check').click();
  await page.locator('#report .summary').waitFor();
};

const press = (page, name) => page.getByRole('button', { name, exact: true }).click();
const announced = (page, text) => page.locator('#status').getByText(text).waitFor();
const alerted = (page, title) => page.locator('#alert').getByText(title, { exact: true }).waitFor();

async function signIn(page) {
  await press(page, 'By a journey');
  await page.getByLabel('User Name').fill(USER.username);
  await page.getByLabel('Password', { exact: true }).fill(USER.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
}

/** Sets the fragment, as a page that holds this window can. */
const follow = (page, fragment) =>
  page.evaluate(
    (hash) => {
      location.hash = hash;
      return new Promise((resolve) => setTimeout(resolve));
    },
    `${new URLSearchParams({ wellknown: wellknown(), client: CLIENT_ID, ...fragment })}`,
  );

/** Runs an action that asks a URL, and `meanwhile` before that request is sent. */
async function during(page, url, action, meanwhile) {
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  const asked = page.waitForRequest(url);
  await page.route(url, async (route) => {
    await released;
    await route.continue();
  });
  await action();
  await asked;
  await meanwhile();
  release();
}

/** What is shown of a sign-in, of a journey and of a check. */
const results = (page) =>
  page.evaluate(() =>
    ['signed-in', 'journey-form', 'report'].filter(
      (id) =>
        document.getElementById(id).checkVisibility() && document.getElementById(id).firstChild,
    ),
  );

/** What axe finds at both widths. */
async function violations(page) {
  const found = [];
  for (const width of [390, 1280]) {
    await page.setViewportSize({ width, height: 800 });
    found.push(
      ...(await page.evaluate(async (tags) => {
        const { violations } = await window.axe.run(document, { runOnly: tags });
        const isWider = document.documentElement.scrollWidth > innerWidth;
        return [
          ...violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => [id, html])),
          ...(isWider ? ['the page scrolls sideways'] : []),
        ];
      }, TAGS)),
    );
  }
  return found;
}

test('the code is JavaScript, and what it imports exists', async (t) => {
  const page = await open(t, { journey: "It's", par: 'true' });
  const programs = await page.locator('#code pre').allTextContents();
  for (const program of programs) {
    assert.ok(!program.includes(playground), 'the redirect URIs are those of the app');
    assert.match(program, /^\/\/ Register these URIs/m);
    assert.match(program, /backgroundRedirectUri: `\$\{location\.origin\}\/callback\.html`/);
  }
  for (const [index, entries] of [
    [0, ['journey-oidc']],
    [1, ['journey-oidc/react', 'journey-oidc/state']],
    [2, ['journey-oidc/state', 'journey-oidc/vue']],
  ]) {
    const [script, component = ''] = programs[index].split('// App.vue');
    const more = /<script setup>([\s\S]*)<\/script>/.exec(component)?.[1] ?? '';
    for (const code of [script, more]) await transform(code, { loader: 'jsx' });
    const imports = [...(script + more).matchAll(/import \{([^}]*)\} from '(journey-oidc[^']*)'/g)];
    assert.deepEqual([...new Set(imports.map(([, , entry]) => entry))].sort(), entries);
    for (const [, names, entry] of imports) {
      const module = await import(entry);
      for (const name of names.split(',')) assert.ok(name.trim() in module, `${entry}: ${name}`);
    }
  }
  const style = "import 'journey-oidc/form.css';";
  const areStyled = (all) => all.map((program) => program.includes(style));
  assert.deepEqual(areStyled(programs), [false, true, true]);
  assert.ok(import.meta.resolve('journey-oidc/form.css'));
  // Without a journey no form is shown.
  await page.locator('#journey').fill('');
  const others = await page.locator('#code pre').allTextContents();
  assert.deepEqual(areStyled(others), [false, false, false]);
});

test('a link fills in what it may, and nothing is asked before a click', async (t) => {
  const page = await open(t, {
    scope: 'openid email',
    journey: 'LoginSteps',
    dpop: 'true',
    issuer: 'https://thief.example',
    metadata: '{"token_endpoint":"https://thief.example"}',
    redirectUri: 'https://thief.example',
    apiOrigins: 'https://thief.example',
    access_token: 'secret',
  });
  assert.equal(world.server.control.requests().length, 0);
  assert.equal(await page.locator('#scope').inputValue(), 'openid email');
  assert.equal(await page.locator('#issuer').inputValue(), '');
  assert.equal(await page.locator('[name=dpop]').isChecked(), true);
  assert.ok(!(await page.locator('#code').textContent()).includes('thief.example'));
  assert.ok(!/thief|secret/.test(await page.evaluate(() => location.href)));
  await page.locator('#client').fill('another');
  const address = () => page.evaluate(() => location.href);
  assert.match(await address(), /client=another/);
  await page.locator('#issuer').fill('https://issuer.example');
  assert.ok(!(await address()).includes('issuer.example'));
  assert.match(await page.locator('#code').textContent(), /issuer: 'https:\/\/issuer\.example'/);
  assert.equal(await page.locator('#report-card').isVisible(), false);
  await page.setViewportSize({ width: 390, height: 800 });
  await page.locator('#wellknown').fill(`https://${'tenant'.repeat(8)}.example.com`);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 390);
  assert.equal(world.server.control.requests().length, 0);
  assert.equal(await page.locator('#report-card').isVisible(), false);
});

for (const colorScheme of ['light', 'dark']) {
  test(`a report that is good, one that is not, and tokens, ${colorScheme}: axe at both widths`, async (t) => {
    const page = await open(t, { journey: 'Login' }, { colorScheme });
    await page.evaluate(AXE);
    assert.deepEqual(await violations(page), []);
    await check(page);
    assert.match(await page.locator('#report .summary').textContent(), /^Nothing is wrong\./);
    assert.deepEqual(await violations(page), []);
    world.server.control.fault('cors-not-registered');
    await page.locator('#client').fill('nobody');
    await check(page);
    await page.getByText(/^\d problems/).waitFor();
    await page.locator('#report summary').click();
    assert.deepEqual(await violations(page), []);
    world.server.control.endFaults();
    await page.locator('#client').fill(CLIENT_ID);
    await signIn(page);
    await page.getByRole('button', { name: 'User details' }).click();
    await page.getByRole('heading', { name: 'User details' }).waitFor();
    await page.locator('#check').click();
    // Signed in, everything can be seen.
    await page
      .locator('#report .summary')
      .getByText(/^Nothing is wrong\.$/)
      .waitFor();
    assert.deepEqual(await violations(page), []);
  });
}

test('by redirect and back: decoded tokens, renewals, session, both sign-outs, no secret', async (t) => {
  const page = await open(t);
  await page.getByRole('button', { name: 'In this tab' }).click();
  await fillIn(page);
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
  assert.equal(await page.locator('#client').inputValue(), CLIENT_ID, 'the settings came along');
  assert.match(await page.locator('#signed-in').textContent(), /Subject: the user sub/);
  await page.locator('#signed-in time').first().waitFor();
  await page.getByRole('button', { name: 'Renew tokens' }).click();
  await announced(page, 'Tokens renewed');
  await page.getByRole('button', { name: 'Renew in a hidden frame' }).click();
  await announced(page, 'Tokens renewed');
  await page.getByRole('button', { name: 'Check the session' }).click();
  await announced(page, 'The session is alive');
  const shown = await page.locator('body').textContent();
  const secrets = world.server.control.secrets();
  assert.ok(secrets.length > 5);
  assert.deepEqual(
    secrets.filter((secret) => shown.includes(secret)),
    [],
  );
  await page.getByRole('button', { name: 'Sign out here' }).click();
  await announced(page, /Session ended: yes/);
  await page.getByRole('button', { name: 'In this tab' }).click();
  await fillIn(page);
  await page.getByRole('button', { name: 'Sign out by redirect' }).click();
  await page.getByRole('button', { name: 'In this tab' }).waitFor();
});

test('other settings: nothing of the earlier ones stays, and nothing is asked', async (t) => {
  const page = await open(t, { journey: 'Login' });
  await press(page, 'By a journey');
  await page.getByLabel('User Name').waitFor();
  await page.locator('#scope').fill('openid email');
  assert.deepEqual(await results(page), []);
  await check(page);
  await signIn(page);
  assert.deepEqual(await results(page), ['signed-in', 'report']);
  const { host } = new URL(world.provider);
  for (const name of [`Report: ${host}`, `Signed in at ${host}`]) {
    await page.getByRole('heading', { name, exact: true }).waitFor();
  }
  const asked = [];
  page.on('request', (request) => {
    if (!request.url().startsWith(playground)) asked.push(request.url());
  });
  await follow(page, { wellknown: thief });
  assert.deepEqual(await results(page), []);
  await follow(page, { client: 'second' });
  assert.deepEqual(asked, []);
  await press(page, 'With stored tokens');
  await alerted(page, 'Not signed in');
  assert.deepEqual(await results(page), []);
  await page.locator('#client').fill(CLIENT_ID);
  assert.equal(await page.locator('#alert').textContent(), '');
  await press(page, 'With stored tokens');
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
  await press(page, 'Sign out here');
  await announced(page, /Session ended: yes/);
  assert.equal(await page.evaluate((key) => localStorage.getItem(key), TOKENS), null);
});

test('settings that change while work is pending: it stays with the host of the click', async (t) => {
  const page = await open(t, { journey: 'Login' });
  const asked = [];
  await page.route('https://thief.example/**', (route) => {
    asked.push(route.request().url());
    return route.abort();
  });
  const change = () => follow(page, { wellknown: thief });
  await during(page, wellknown(), () => press(page, 'By a journey'), change);
  await page.locator('[data-by=journey]:not([aria-disabled])').waitFor();
  assert.deepEqual(asked, []);
  assert.deepEqual(await results(page), []);

  await follow(page, { journey: 'Login' });
  await signIn(page);
  await during(page, '**/access_token', () => press(page, 'Renew tokens'), change);
  await page.locator('#log').getByText('for earlier settings').nth(1).waitFor();
  assert.deepEqual(await results(page), []);
  assert.deepEqual(asked, []);
});

test('settings that change before the tab is sent away: those of the click come back', async (t) => {
  const page = await open(t);
  await during(
    page,
    wellknown(),
    () => press(page, 'In this tab'),
    () => follow(page, { wellknown: thief }),
  );
  await fillIn(page);
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
  assert.equal(await page.locator('#wellknown').inputValue(), wellknown());
});

test('a sign-out in another tab takes the tokens away', async (t) => {
  const page = await open(t);
  await signIn(page);
  const other = await page.context().newPage();
  await other.goto(page.url());
  await press(other, 'With stored tokens');
  await press(other, 'Sign out here');
  await announced(page, 'Signed out in another tab');
  assert.deepEqual(await results(page), []);
});

test('a renewal that fails is not announced as done', async (t) => {
  const page = await open(t);
  await signIn(page);
  await page.route('**/access_token', (route) => route.abort());
  for (const name of ['Renew tokens', 'Renew in a hidden frame']) {
    await press(page, name);
    await alerted(page, 'Not renewed');
    await page.locator('#signed-in button:not([aria-disabled])').first().waitFor();
    assert.equal(await page.locator('#status').textContent(), '');
  }
});

test('in a window, and in a hidden frame', async (t) => {
  const page = await open(t);
  const windows = [];
  page.on('popup', (popup) => windows.push(popup));
  await press(page, 'In a window');
  await announced(page, 'Ready: press again to open the window');
  assert.deepEqual(windows, []);
  const popup = page.waitForEvent('popup');
  const isOpenInClick = await page.evaluate(() => {
    let isOpen = false;
    const { open } = window;
    window.open = (...args) => {
      isOpen = true;
      return open(...args);
    };
    document.querySelector('[data-by=popup]').click();
    return isOpen;
  });
  assert.ok(isOpenInClick);
  await fillIn(await popup);
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
  await page.reload();
  await page.getByRole('button', { name: 'In a hidden frame' }).click();
  await page.getByRole('heading', { name: 'Signed in' }).waitFor();
});

test('from npm start: its policy lets the page ask any provider', async (t) => {
  const page = await open(t, {}, { url: `${demo.url}/your-server.html` });
  await check(page);
  assert.match(await page.locator('#report .summary').textContent(), /^Nothing is wrong\./);
  await page.goto(demo.url);
  await page.getByRole('link', { name: 'your own server' }).click();
  await page.getByRole('heading', { name: 'Your own server' }).waitFor();
});
