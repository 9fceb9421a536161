/**
 * Sign-out against sign-in: an app whose guard signs in again as soon as nobody is signed in, with each
 * call that signs out, at providers that are fast, slow or silent.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { isActive, isAlive, until } from './oidc-support.js';
import { config, requestsTo, run, TOKENS, useWorld, withTokens, world } from './support.js';

useWorld();

const settings = () => config({ signOutRedirectUri: `${world.app}/` });

/** Guards: in the page, installed on a client; each notes in `localStorage` what came of it. */
const GUARDS = {
  /** Hears of the sign-out, and goes to the provider. */
  plain: (client, note) => {
    client.subscribe(({ type }) => {
      if (type === 'signed_out') client.authorize.redirect().then(note);
    });
  },

  /** As React Router does it: a loader that is run again, and redirects where it finds no tokens. */
  router: (client, note) => {
    const loader = async () => {
      const tokens = await client.token.get({ backgroundRenew: true });
      return 'error' in tokens ? client.authorize.redirect().then(note) : note(undefined);
    };
    client.subscribe(({ type }) => {
      if (type === 'signed_out') loader();
    });
  },

  /** Begins a journey in this page. */
  journey: (client, note, am) => {
    client.subscribe(({ type }) => {
      if (type === 'signed_out') am.start().then(note);
    });
  },
};

const SIGN_OUTS = {
  'logout()': (client) => client.user.logout(),
  'logout({ redirect: true })': (client) => client.user.logout({ redirect: true }),
  'terminate()': (_client, am) => am.terminate(),
};

/** A page of a user who is signed in, with a guard. */
async function openGuarded(t, guard) {
  const page = await withTokens(t);
  const tokens = JSON.parse(await page.evaluate((key) => localStorage.getItem(key), TOKENS));
  const session = await page.evaluate(() => {
    const key = Object.keys(sessionStorage).find((name) => name.startsWith('pic-session-'));
    return JSON.parse(sessionStorage.getItem(key)).tokenId;
  });
  world.server.control.clearRequests();
  await run(
    page,
    `async ({ oidc, journey }, config) => {
      window.client = await oidc({ config });
      window.am = await journey({ config });
      const note = (result) => localStorage.setItem('guard', result?.code ?? result?.type ?? 'went');
      (${guard})(window.client, note, window.am);
    }`,
    settings(),
  );
  return { page, tokens, session };
}

/** Signs out without waiting for it: the page may be left meanwhile. */
const signOut = (page, how) =>
  page.evaluate(`{
    window.outcome = (${how})(window.client, window.am);
    undefined;
  }`);

/** As the browser's Stop button: the page stays. Until then it can't be asked by Playwright. */
async function cancelNavigation(page) {
  const session = await page.context().newCDPSession(page);
  await session.send('Page.stopLoading');
  await session.detach();
}

/** Asserts that all was ended at the provider, and not by a page that was left too early. */
async function assertEnded({ tokens, session }) {
  await until(async () => !(await isAlive(session)), 'the session has ended');
  await until(() => !isActive(tokens.refreshToken), 'the refresh token is revoked');
  await until(() => !isActive(tokens.accessToken), 'the access token is revoked');
}

/** The paths that were asked for, in their order, each once. */
const asked = () => [
  ...new Set(
    world.server.control
      .requests()
      .filter(({ method }) => method !== 'OPTIONS')
      .map(({ path }) => path.split('/').at(-1) || path.split('/').at(-2)),
  ),
];

for (const [guard, install] of Object.entries(GUARDS)) {
  for (const [name, how] of Object.entries(SIGN_OUTS)) {
    const leaves = name.includes('redirect');
    for (const delay of [0, 700]) {
      test(`${name} with a guard (${guard}), ${delay ? 'a slow' : 'a fast'} provider`, async (t) => {
        const guarded = await openGuarded(t, install);
        const { page } = guarded;
        for (const match of delay ? ['/token/revoke', '/endSession', '/sessions/'] : []) {
          world.server.control.fail({ match, after: true, delay, times: -1 });
        }
        await signOut(page, how);
        await assertEnded(guarded);
        if (leaves) {
          await page.waitForURL(`${world.app}/?state=**`);
          const noted = await page.evaluate(() => localStorage.getItem('guard'));
          assert.equal(noted, 'signing_out');
          assert.equal(requestsTo('/authorize').length, 0, asked().join(' '));
        } else if (guard === 'journey') {
          // The session has ended first: AM asks who it is.
          await page.waitForFunction(() => localStorage.getItem('guard'));
          const noted = await page.evaluate(() => localStorage.getItem('guard'));
          assert.equal(noted, 'Step');
        } else {
          await page.getByLabel('User Name').waitFor();
        }
        const order = asked();
        const begun = order.indexOf(guard === 'journey' ? 'authenticate' : 'authorize');
        const ending = Math.max(order.indexOf('endSession'), order.indexOf('sessions'));
        assert.ok(begun < 0 || (ending >= 0 && ending < begun), order.join(' '));
      });
    }
  }
}

for (const [name, how] of Object.entries(SIGN_OUTS)) {
  test(`${name} with a guard, at a provider that does not answer`, async (t) => {
    const { page } = await openGuarded(t, GUARDS.plain);
    for (const match of ['/token/revoke', '/endSession', '/sessions/']) {
      world.server.control.fail({ match, hang: true, times: -1 });
    }
    const started = Date.now();
    await signOut(page, how);
    if (name.includes('redirect')) {
      // What hangs is not waited for longer than two seconds; then the browser itself goes there.
      await until(
        () => requestsTo('/endSession').some(({ query }) => query.state),
        'it goes there',
      );
      const elapsed = Date.now() - started;
      assert.ok(elapsed > 1500 && elapsed < 5000, `${elapsed} ms`);
      assert.equal(requestsTo('/authorize').length, 0, asked().join(' '));
    } else {
      const authorize = page.waitForRequest((request) => request.url().includes('/authorize?'), {
        timeout: 20_000,
      });
      await authorize;
      const elapsed = Date.now() - started;
      assert.ok(elapsed > 9000, `the guard waited ${elapsed} ms`);
    }
    // What could be sent was sent, and nothing is kept here.
    await until(
      () => requestsTo('/token/revoke').length > 0 || requestsTo('/endSession').length > 0,
    );
    if (name.includes('redirect')) {
      await cancelNavigation(page);
      assert.equal(await page.evaluate((key) => localStorage.getItem(key), TOKENS), null);
    }
  });
}

/** In the page: whether a sign-in can begin. */
const canSignIn = (page) =>
  page.evaluate(async () => {
    const url = await window.client.authorize.url();
    return url.code ?? 'yes';
  });

test('a navigation for a sign-out that is cancelled: a sign-in can begin ten seconds later', async (t) => {
  const { page } = await openGuarded(t, GUARDS.plain);
  world.server.control.fail({ match: '/endSession', hang: true, times: -1 });
  await signOut(page, SIGN_OUTS['logout({ redirect: true })']);
  await until(() => requestsTo('/endSession').some(({ query }) => query.state), 'it goes there');
  await cancelNavigation(page);
  assert.equal(await canSignIn(page), 'signing_out');
  const started = Date.now();
  while ((await canSignIn(page)) !== 'yes' && Date.now() - started < 20_000) await sleep(500);
  const elapsed = Date.now() - started;
  assert.ok(elapsed > 5000 && elapsed < 15_000, `${elapsed} ms`);
});

test('a page that is shown again by Back: a sign-in can begin at once', async (t) => {
  const { page } = await openGuarded(t, GUARDS.plain);
  world.server.control.fail({ match: '/endSession', hang: true, times: -1 });
  await signOut(page, SIGN_OUTS['logout({ redirect: true })']);
  await until(() => requestsTo('/endSession').some(({ query }) => query.state), 'it goes there');
  await cancelNavigation(page);
  assert.equal(await canSignIn(page), 'signing_out');
  // As the browser's back/forward cache shows it again.
  await page.evaluate(() =>
    window.dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true })),
  );
  assert.equal(await canSignIn(page), 'yes');
});

test('Back, to a page that is loaded again, is of nobody', async (t) => {
  const guarded = await openGuarded(t, GUARDS.plain);
  const { page } = guarded;
  await signOut(page, SIGN_OUTS['logout({ redirect: true })']);
  await page.waitForURL(`${world.app}/?state=**`);
  await assertEnded(guarded);
  await page.goBack();
  const outcome = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      return [(await client.token.get()).code, typeof (await client.authorize.url())];
    },
    settings(),
  );
  assert.deepEqual(outcome, ['not_signed_in', 'string']);
});
