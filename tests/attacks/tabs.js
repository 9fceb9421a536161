/**
 * Class 7: races between tabs, and between two users of one browser: sign-ins, renewals and sign-outs
 * that meet (RFC 9700 section 4.14.2).
 */
import assert from 'node:assert/strict';
import { until } from '../e2e/oidc-support.js';
import { run, storage, TOKENS, world } from '../e2e/support.js';
import {
  actors,
  assertNobody,
  at,
  authorizeUrl,
  begin,
  call,
  callback,
  clickPopup,
  ended,
  makeClient,
  outcome,
  pick,
  signInAt,
  stored,
  wait,
} from './stage.js';

const settings = (more, serverConfig) => at('idp', more, serverConfig);

/** A stage of the provider that waits until it is let go on. */
function holding(stage) {
  const held = { count: 0 };
  held.release = () => {
    held.isOpen = true;
    for (const go of held.waiting) go();
  };
  held.waiting = [];
  actors.idp.more[stage] = (value) => {
    held.count += 1;
    if (held.isOpen) return value;
    return new Promise((resolve) => held.waiting.push(() => resolve(value)));
  };
  return held;
}

/** Signs bob in, in a tab of the same browser. */
async function signBobIn(page) {
  actors.idp.user = 'bob';
  const tokens = await signInAt(page, settings());
  assert.equal(actors.idp.whose(tokens.accessToken), 'bob');
  return tokens;
}

/** Asserts that whatever is stored is of one user, and of whom. */
async function assertOneUser(page, user) {
  const record = await stored(page);
  const whose = (token) => token && actors.idp.whose(token);
  assert.equal(whose(record?.accessToken), user, 'the access token');
  assert.equal(whose(record?.refreshToken), user, 'the refresh token');
  assert.equal(decode(record.idToken).sub, user, 'the ID token');
}

const decode = (jwt) => JSON.parse(Buffer.from(jwt.split('.')[1], 'base64url'));

/** The ways alice's tokens are renewed, with the stage at which the provider is slow. */
const RENEWALS = {
  'by refresh token': [{}, 'token', { forceRenew: true }],
  'in the hidden frame (A1)': [{ renew: 'background' }, 'authorization', { forceRenew: true }],
  'in the hidden frame, for another scope (A1)': [
    {},
    'authorization',
    { forceRenew: true, backgroundRenew: true, authorizeOptions: { scope: 'profile orders' } },
  ],
};

const renewals = Object.fromEntries(
  Object.entries(RENEWALS).map(([how, [more, stage, options]]) => [
    `bob signs in in another tab while alice’s tokens are renewed ${how}: his stay, unmixed`,
    async ({ page, open }) => {
      await signInAt(page, settings());
      const other = await open();
      actors.idp.more.demands = ({ scope: _, ...rest }) => rest;
      await run(page, makeClient, settings(more, { frameTimeout: 8000 }));
      const url = await authorizeUrl(other, settings());
      const held = holding(stage);
      await begin(page, (_, options) => window.client.token.get(options), options);
      await until(() => held.count > 0, 'the renewal is under way');
      actors.idp.more[stage] = undefined;
      actors.idp.user = 'bob';
      await other.goto(url);
      await begin(
        other,
        async ({ oidc }, config) => (await oidc({ config })).authorize.callback(),
        settings(),
      );
      // An exchange may wait for the renewal, and the renewal may come to its end before it.
      await wait(other, 700);
      held.release();
      await ended(page);
      const bob = await ended(other);
      assert.equal(actors.idp.whose(bob.accessToken), 'bob', JSON.stringify(bob));
      await assertOneUser(page, 'bob');
      await assertOneUser(other, 'bob');
      assert.equal((await stored(other)).accessToken, bob.accessToken);
    },
  ]),
);

/** What is under way in one tab while another one signs out, and the stage at which it is held. */
const UNDER_WAY = {
  'a renewal': ['token', () => window.client.token.get({ forceRenew: true })],
  'a silent authorization': ['authorization', () => window.client.authorize.background()],
  'a renewal in the frame': [
    'authorization',
    () => window.client.token.get({ forceRenew: true, authorizeOptions: { scope: 'openid' } }),
  ],
  'a request for the user’s details': ['userinfo', () => window.client.user.info()],
};

const signOuts = Object.fromEntries(
  Object.entries(UNDER_WAY).map(([what, [stage, start]]) => [
    `alice signs out in another tab during ${what}: she stays signed out`,
    async ({ page, open }) => {
      await signInAt(page, settings());
      await run(page, makeClient, settings({}, { frameTimeout: 8000 }));
      const other = await open();
      const held = holding(stage);
      await begin(page, start);
      await until(() => held.count > 0, 'it is under way');
      await begin(
        other,
        async ({ oidc }, config) => (await oidc({ config })).user.logout(),
        settings(),
      );
      await until(async () => (await stored(other)) === null, 'the tokens are forgotten at once');
      actors.idp.user = undefined;
      held.release();
      const result = await ended(other);
      assert.ok(result.done, JSON.stringify(result));
      await ended(page);
      await assertNobody(page);
      await assertNobody(other);
      const live = actors.idp.secrets().filter((secret) => actors.idp.whose(secret) === 'alice');
      const inUse = JSON.stringify(await storage(page));
      assert.ok(!live.some((secret) => inUse.includes(secret)));
    },
  ]),
);

/** What is alike in every engine is tried in one. */
const IN_ONE = /for another scope|silent authorization|details/;

export const EVERYWHERE = {
  ...pick({ ...renewals, ...signOuts }, (name) => !IN_ONE.test(name)),

  'a tab that is copied on the redirect URI, both of which take the response: alice is signed in':
    async ({ page, popup }) => {
      await page.goto(await authorizeUrl(page, settings()));
      await page.evaluate(() => {
        const button = document.body.appendChild(document.createElement('button'));
        button.onclick = () => window.open(location.href);
      });
      await page.click('button');
      const copy = await popup();
      await until(async () => (await copy.url()).includes('code='));
      const results = await Promise.all([callback(page, settings()), callback(copy, settings())]);
      const good = results.filter(({ accessToken }) => accessToken);
      assert.ok(good.length > 0, JSON.stringify(results));
      await assertOneUser(page, 'alice');
    },

  'a tab that signs out keeps nothing in another one’s sessionStorage (A11)': async ({
    page,
    open,
  }) => {
    const inTab = { config: settings(), storage: { type: 'sessionStorage' } };
    const signInHere = async ({ oidc }, input) => {
      window.client = await oidc(input);
      const { code, state, iss } = await window.client.authorize.background();
      return window.client.token.exchange(code, state, { iss });
    };
    const mine = await run(page, signInHere, inTab);
    assert.equal(actors.idp.whose(mine.accessToken), 'alice', JSON.stringify(mine));
    const other = await open();
    await signInAt(other, settings());
    const result = await call(other, settings(), 'user.logout');
    assert.ok(result.done, JSON.stringify(result));
    const get = async ({ oidc }, input) => (await oidc(input)).token.get();
    const now = await page.evaluate(() => window.client.token.get());
    assert.ok(now.error, JSON.stringify(now));
    await page.goto(world.app);
    const later = await run(page, get, inTab);
    assert.ok(later.error, JSON.stringify(later));
    await assertNobody(page);
  },

  'a page that comes back from the browser’s history after a sign-out holds nothing': async ({
    page,
    open,
  }) => {
    const alice = await signInAt(page, settings());
    await run(page, makeClient, settings());
    await page.goto(`${world.app}/elsewhere`);
    const other = await open();
    await call(other, settings(), 'user.logout');
    await page.goBack();
    await until(async () => !(await page.url()).endsWith('/elsewhere'));
    const tokens = await page.evaluate(
      `window.client ? window.client.token.get() : { error: 'a new page' }`,
    );
    assert.notEqual(tokens.accessToken, alice.accessToken);
    assert.ok((await call(page, settings(), 'token.get')).error);
  },

  'alice signs out while a window of the same tab signs her in: no tokens come back': async ({
    page,
    open,
  }) => {
    await signInAt(page, settings());
    const held = holding('authorization');
    await clickPopup(page, settings({ popupRedirectUri: `${world.app}/popup.html` }));
    await until(() => held.count > 0, 'the window is at the provider');
    const other = await open();
    assert.ok((await call(other, settings(), 'user.logout')).done);
    held.release();
    const result = await outcome(page);
    // A sign-in that was begun before the sign-out must not undo it.
    if (result.error) await assertNobody(page);
    else await assertOneUser(page, actors.idp.whose(result.accessToken));
  },
};

export const CHROMIUM = {
  ...pick({ ...renewals, ...signOuts }, (name) => IN_ONE.test(name)),

  'bob signs in: alice’s tab does not go on with her tokens': async ({ page, open }) => {
    const alice = await signInAt(page, settings());
    await run(page, makeClient, settings());
    const other = await open();
    const bob = await signBobIn(other);
    const tokens = await page.evaluate(() => window.client.token.get());
    assert.notEqual(tokens.accessToken, alice.accessToken);
    assert.equal(tokens.accessToken, bob.accessToken);
    assert.equal((await page.evaluate(() => window.client.user.info())).sub, 'bob');
    assert.equal((await page.evaluate(() => window.client.user.claims())).sub, 'bob');
  },

  'bob signs in: alice’s user details are not taken for his': async ({ page, open }) => {
    await signInAt(page, settings());
    await run(page, makeClient, settings());
    const other = await open();
    const url = await authorizeUrl(other, settings());
    const held = holding('userinfo');
    await begin(page, () => window.client.user.info());
    await until(() => held.count > 0);
    actors.idp.more.userinfo = undefined;
    actors.idp.user = 'bob';
    await other.goto(url);
    await callback(other, settings());
    held.release();
    await ended(page);
    assert.equal((await call(other, settings(), 'user.info')).sub, 'bob');
    await assertOneUser(other, 'bob');
  },

  'bob signs out: alice’s tokens of another client id of the browser stay': async ({ page }) => {
    const alice = { config: settings(), storage: { name: 'of-alice' } };
    const signInThere = async ({ oidc }, input) => {
      const client = await oidc(input);
      const { code, state, iss } = await client.authorize.background();
      return client.token.exchange(code, state, { iss });
    };
    const hers = await run(page, signInThere, alice);
    actors.idp.user = 'bob';
    await signInAt(page, settings());
    await call(page, settings(), 'user.logout');
    assert.equal(actors.idp.whose(hers.refreshToken), 'alice', 'her tokens work');
    const kept = await run(page, async ({ oidc }, input) => (await oidc(input)).token.get(), alice);
    assert.equal(kept.accessToken, hers.accessToken, JSON.stringify(kept));
  },

  'two users begin a sign-in, one after the other, and land crosswise: each code is its own’s':
    async ({ page, open }) => {
      const other = await open();
      const [one, two] = [
        await authorizeUrl(page, settings()),
        await authorizeUrl(other, settings()),
      ];
      await page.goto(one);
      const landed = page.url();
      actors.idp.user = 'bob';
      await other.goto(two);
      const crosswise = new URL(landed);
      crosswise.searchParams.set('state', new URL(other.url()).searchParams.get('state'));
      await other.goto(crosswise.href);
      const result = await callback(other, settings());
      assert.ok(result.error, 'alice’s code with bob’s state');
      await assertNobody(other);
      await page.goto(landed);
      const alice = await callback(page, settings());
      assert.ok(alice.error || actors.idp.whose(alice.accessToken) === 'alice');
    },

  'the storage is emptied during a renewal: nothing comes back': async ({ page, open }) => {
    await signInAt(page, settings());
    await run(page, makeClient, settings());
    const other = await open();
    const held = holding('token');
    await begin(page, () => window.client.token.get({ forceRenew: true }));
    await until(() => held.count > 0);
    await other.evaluate(() => localStorage.clear());
    // The other tab's process hears of it a moment later.
    await until(async () => (await stored(page)) === null, 'the storage is empty in both tabs');
    held.release();
    await ended(page);
    assert.equal((await storage(other))[TOKENS], undefined);
  },

  'eight tabs renew at once, one of them is closed: the others have tokens, and none is used twice':
    async ({ page, open }) => {
      await signInAt(page, settings());
      const tabs = [page];
      while (tabs.length < 8) tabs.push(await open());
      for (const tab of tabs) await run(tab, makeClient, settings());
      const held = holding('token');
      for (const tab of tabs) {
        await begin(tab, () => window.client.token.get({ forceRenew: true }));
      }
      await until(() => held.count > 0);
      await tabs.at(-1).close();
      held.release();
      for (const tab of tabs.slice(0, -1)) {
        const tokens = await ended(tab);
        assert.ok(tokens.accessToken, JSON.stringify(tokens));
      }
      const used = actors.idp.requestsTo('token').map(({ params }) => params.refresh_token);
      const sent = used.filter(Boolean);
      assert.equal(new Set(sent).size, sent.length);
      await assertOneUser(page, 'alice');
    },
};
