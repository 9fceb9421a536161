/** `journey-oidc/state` in two tabs, and on the page of the redirect URI. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { config, newContext, openApp, signIn, USER, useWorld, world } from './support.js';

useWorld();

/** Makes the store in a page; `states` are those of its subscription. */
const makeStore = (page, more = {}) =>
  page.evaluate(async (config) => {
    const { createSignIn } = await import('/pkg/state.js');
    window.states = [];
    const onSignedIn = ({ appState }) => window.states.push(appState);
    window.store = createSignIn({ config, onSignedIn });
    window.store.subscribe(({ status, claims, error }) =>
      window.states.push(`${status} ${claims?.sub ?? error?.code ?? ''}`.trim()),
    );
  }, config(more));

const last = (page, state) =>
  page.waitForFunction((state) => window.states.at(-1) === state, state);

test('a sign-out in one tab shows in the other', async (t) => {
  const context = await newContext(t);
  const page = await openApp(t, { context });
  await signIn(page);
  await makeStore(page);
  await last(page, 'signed-out');
  const tokens = await page.evaluate(() => window.store.getToken());
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  await last(page, 'signed-in demo');
  const other = await openApp(t, { context });
  await makeStore(other);
  await last(other, 'signed-in demo');
  assert.ok('done' in (await other.evaluate(() => window.store.signOut())));
  await last(page, 'signed-out');
  await last(other, 'signed-out');
});

test('by a redirect: the store completes the sign-in', async (t) => {
  const more = { redirectUri: `${world.app}/signed-in.html` };
  const page = await openApp(t);
  await makeStore(page, more);
  await last(page, 'signed-out');
  await page.evaluate(() => void window.store.signIn({ appState: '/basket' }));
  await page.getByLabel('User Name').fill(USER.username);
  await page.getByLabel('Password').fill(USER.password);
  await page.keyboard.press('Enter');
  await page.waitForURL(`${more.redirectUri}?*`);
  await makeStore(page, more);
  await last(page, '/basket');
  assert.deepEqual(await page.evaluate(() => window.states), [
    'loading',
    'signed-in demo',
    '/basket',
  ]);
  assert.equal(page.url(), more.redirectUri);
});
