/** The demo page, as a user uses it: by keyboard, and with what goes wrong. */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { serveDemo } from '../../www/serve.js';
import { CLIENT_ID, USER, useWorld, world } from './support.js';

let demo;
useWorld(async () => {
  demo = await serveDemo({ port: 0, serverUrl: world.provider });
  world.demo = demo.url;
  return demo.close;
});
beforeEach(() => world.server.control.setClient({ client_id: CLIENT_ID, origins: [demo.url] }));

/** The demo in a context of its own; fails the test for any error in the page. */
async function openDemo(t, path = '/', options = {}) {
  const context = await world.browser.newContext(options);
  const page = await context.newPage();
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));
  t.after(async () => {
    await context.close();
    assert.deepEqual(errors, []);
  });
  await page.goto(demo.url + path);
  await page.getByLabel('User Name').waitFor();
  return page;
}

/** Signs in by keyboard alone: the first field has the focus. */
async function signIn(page) {
  await page.keyboard.type(USER.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type(USER.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Demo User' }).waitFor();
}

const focused = (page) => page.evaluate(() => document.activeElement.textContent);

test('sign in by keyboard, look, renew, revoke, sign out', async (t) => {
  const page = await openDemo(t);
  await signIn(page);
  assert.match(await focused(page), /Demo User/);
  for (const token of ['session', 'access', 'id', 'refresh']) {
    assert.match(await page.locator(`#${token}-token`).textContent(), /^•{8}.{4}$/, token);
  }
  assert.match(await page.locator('time#expiry').textContent(), /^\d+:\d\d$/);
  assert.match(await page.locator('#token-type').textContent(), /bound to a key of this browser/);
  assert.match(await page.locator('dl.details').textContent(), /demo\.user@example\.com/);

  await page.getByRole('button', { name: 'Show Access token' }).click();
  const before = await page.locator('#access-token').textContent();
  assert.ok(world.server.control.token(before).active);
  await page.getByRole('button', { name: 'Renew' }).click();
  await page.getByText('Tokens renewed', { exact: true }).first().waitFor();
  await page.getByRole('button', { name: 'Revoke tokens' }).click();
  await page.getByText('Tokens revoked', { exact: true }).first().waitFor();
  assert.ok(!world.server.control.token(before).active);
  await page.getByRole('button', { name: 'Get tokens again' }).click();
  await page.getByText('Got tokens', { exact: true }).first().waitFor();

  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('User Name').waitFor();
  assert.deepEqual(await page.evaluate(() => [localStorage.length, sessionStorage.length]), [0, 0]);

  const log = await page.getByRole('log').textContent();
  assert.match(log, /access_token/);
  const secrets = world.server.control.secrets();
  assert.ok(secrets.length > 10);
  assert.deepEqual(
    secrets.filter((secret) => log.includes(secret)),
    [],
  );
});

test('a reload keeps the user signed in', async (t) => {
  const page = await openDemo(t, '/?journey=LoginSteps');
  await page.keyboard.type(USER.username);
  await page.keyboard.press('Enter');
  await page.getByLabel('Password', { exact: true }).waitFor();
  await page.keyboard.type(USER.password);
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Demo User' }).waitFor();
  await page.reload();
  await page.getByRole('heading', { name: 'Demo User' }).waitFor();
  await page.getByRole('button', { name: 'End session (journey)' }).click();
  await page.getByLabel('User Name').waitFor();
});

test('a wrong password is announced, and the user name kept', async (t) => {
  const page = await openDemo(t);
  await page.keyboard.type(USER.username);
  await page.keyboard.press('Tab');
  await page.keyboard.type('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'Login failure' }).waitFor();
  assert.match(await focused(page), /Login failure/);
  assert.equal(await page.getByLabel('User Name').inputValue(), USER.username);
});

test('a token is copied', async (t) => {
  const permissions = ['clipboard-read', 'clipboard-write'];
  const page = await openDemo(t, '/', { permissions });
  await signIn(page);
  await page.getByRole('button', { name: 'Copy Access token' }).click();
  await page.getByRole('status').filter({ hasText: 'Access token copied' }).waitFor();
  await page.getByRole('button', { name: 'Copied Access token' }).waitFor();
  const copied = await page.evaluate(() => navigator.clipboard.readText());
  assert.ok(world.server.control.token(copied).active);
  assert.doesNotMatch(await page.locator('#access-token').textContent(), new RegExp(copied));
  await page.getByRole('button', { name: 'Copy Access token' }).waitFor();
});

test('the time that is left counts down', async (t) => {
  const page = await openDemo(t);
  await signIn(page);
  const left = async () => {
    const [minutes, seconds] = (await page.locator('time#expiry').textContent()).split(':');
    return Number(minutes) * 60 + Number(seconds);
  };
  const before = await left();
  assert.ok(before > 3500 && before <= 3600, String(before));
  const text = await page.locator('time#expiry').textContent();
  await page.locator('time#expiry', { hasNotText: text }).waitFor();
  assert.ok((await left()) < before);
});

test('dark, and as narrow as a phone: nothing is wider than the page', async (t) => {
  const viewport = { width: 320, height: 640 };
  const page = await openDemo(t, '/', { viewport, colorScheme: 'dark', hasTouch: true });
  const assertFits = async (view) => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    assert.ok(width <= viewport.width, `${view}: ${width} px`);
  };
  const background = await page.evaluate(() => getComputedStyle(document.body).backgroundColor);
  const [red, green, blue] = background.match(/\d+/g).map(Number);
  assert.ok(Math.max(red, green, blue) < 80, background);
  await assertFits('sign-in');
  await signIn(page);
  await assertFits('signed in');
  for (const token of ['Session', 'Access', 'ID', 'Refresh']) {
    await page.getByRole('button', { name: `Show ${token} token` }).click();
  }
  await assertFits('with tokens');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('User Name').fill(USER.username);
  await page.getByLabel('Password', { exact: true }).fill('wrong');
  await page.keyboard.press('Enter');
  await page.getByRole('alert').filter({ hasText: 'Login failure' }).waitFor();
  await assertFits('with an alert');
});

/** Fills the provider's own login page. */
async function signInAtProvider(page) {
  // The demo has fields of these names too, until it is left.
  await page.waitForURL(`${world.provider}/**`);
  await page.getByLabel('User Name').fill(USER.username);
  await page.getByLabel('Password').fill(USER.password);
  await page.getByRole('button', { name: 'Sign In' }).click();
}

test('sign in on the provider’s page, and in a window', async (t) => {
  const page = await openDemo(t, '/?journey=LoginSteps');
  await page.getByRole('button', { name: 'In this tab' }).click();
  await signInAtProvider(page);
  await page.getByRole('heading', { name: 'Demo User' }).waitFor();
  assert.equal(new URL(page.url()).search, '');
  await page.getByRole('button', { name: 'Sign out' }).click();
  await page.getByLabel('User Name').waitFor();
  assert.equal(await page.getByLabel('Journey').inputValue(), 'LoginSteps');

  const opened = page.waitForEvent('popup');
  await page.getByRole('button', { name: 'In a window' }).click();
  const popup = await opened;
  await signInAtProvider(popup);
  await page.getByRole('heading', { name: 'Demo User' }).waitFor();
  if (!popup.isClosed()) await popup.waitForEvent('close');
});

test('a sign-out in one tab shows in the other', async (t) => {
  const page = await openDemo(t);
  await signIn(page);
  const other = await page.context().newPage();
  await other.goto(demo.url);
  await other.getByRole('heading', { name: 'Demo User' }).waitFor();
  await page.getByRole('button', { name: 'Sign out' }).click();
  await other.getByText('You signed out in another tab.').waitFor();
  await page.getByLabel('User Name').waitFor();
  await other.getByRole('button', { name: 'Sign in again' }).click();
  await other.getByLabel('User Name').waitFor();
  assert.match(await other.getByRole('log').textContent(), /Signed out in another tab/);
});
