/**
 * Two users of one browser, one after the other: what was begun for one of them is not gone on with in
 * the name of the other.
 */
import assert from 'node:assert/strict';
import { beforeEach, test } from 'node:test';
import { Browser, NEW_USER } from '../server/client.js';
import { api, until, useApi, withApi } from './oidc-support.js';
import { CLIENT_ID, newContext, openApp, run, storage, TOKENS, USER, world } from './support.js';

const ALICE = USER;
const BOB = { username: 'bob', password: NEW_USER.IDToken5 };

useApi('x-authenticate-response');
beforeEach(async () => {
  const { body } = await new Browser(world.server).walk('Registration', {
    ...NEW_USER,
    IDToken1: BOB.username,
    IDToken2: 'bob@example.com',
  });
  assert.ok(body.tokenId, JSON.stringify(body));
});
/** A tab of a browser whose pages may ask the API. */
async function openTab(t, context) {
  return openApp(t, { context });
}

const openBrowser = (t) => newContext(t, { bypassCSP: true });

/** In the page: a user signs in at the provider, whoever was signed in, and then here. */
const signInAs = (page, user, input = withApi()) =>
  run(
    page,
    async ({ journey, oidc }, { config, user }) => {
      const am = await journey({ config });
      let step = await am.start({ query: { ForceAuth: true } });
      step.setCallbackValue('NameCallback', user.username);
      step.setCallbackValue('PasswordCallback', user.password);
      step = await am.next(step);
      const client = await oidc({ config });
      const response = await client.authorize.background();
      const tokens = await client.token.exchange(response.code, response.state);
      if (!tokens.accessToken) throw new Error(JSON.stringify([step, response, tokens]));
      return tokens.accessToken;
    },
    { config: input, user },
  );

const stored = async (page) => JSON.parse((await storage(page))[TOKENS]);
const subjectOf = async (page) =>
  JSON.parse(Buffer.from((await stored(page)).idToken.split('.')[1], 'base64url')).sub;

/** In the page: `client.fetch`, and what came of it. */
const order = (page, { input = withApi(), url = `${api.url}/order`, init = {} } = {}) =>
  run(
    page,
    async ({ oidc }, { config, url, init }) => {
      const client = await oidc({ config });
      try {
        const options = { method: 'POST', body: 'one book', ...init };
        const response = await client.fetch(url, options);
        return { status: response.status, text: await response.text() };
      } catch ({ name, message }) {
        return { name, message };
      }
    },
    { config: input, url, init },
  );

/** Asserts who sent what. */
function assertCalls(...tokens) {
  assert.deepEqual(
    api.calls.map(({ token }) => token),
    tokens,
  );
}

for (const [how, isRevoked] of [
  ['the API refuses the token that was revoked', true],
  ['the API forbids it', false],
]) {
  test(`a request of alice's is not sent again as bob: ${how}`, async (t) => {
    const context = await openBrowser(t);
    const [one, two] = [await openTab(t, context), await openTab(t, context)];
    const alices = await signInAs(one, ALICE);
    let release;
    const held = new Promise((resolve) => {
      release = resolve;
    });
    api.decide = async ({ token }) => {
      await held;
      const { active } = world.server.control.token(token);
      if (isRevoked) return active ? {} : { status: 401 };
      return { status: 403 };
    };
    const ordering = order(one);
    await until(() => api.calls.length === 1);
    const bobs = await signInAs(two, BOB);
    assert.equal(await subjectOf(one), 'bob');
    release();
    const result = await ordering;
    assert.deepEqual(result, {
      status: isRevoked ? 401 : 403,
      text: `/order ${isRevoked ? 401 : 403}`,
    });
    assertCalls(alices);
    // What bob asks is asked as bob.
    api.decide = () => {};
    assert.equal((await order(one)).status, 200);
    assertCalls(alices, bobs);
  });
}

test('a request of alice’s is sent again as alice, who has signed in once more', async (t) => {
  const context = await openBrowser(t);
  const [one, two] = [await openTab(t, context), await openTab(t, context)];
  const first = await signInAs(one, ALICE);
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  api.decide = async ({ headers }) => {
    await held;
    return headers.authorization.endsWith(first) ? { status: 401 } : {};
  };
  const ordering = order(one);
  await until(() => api.calls.length === 1);
  const second = await signInAs(two, ALICE);
  release();
  assert.equal((await ordering).status, 200);
  assertCalls(first, second);
  assert.deepEqual(
    api.calls.map(({ body }) => body),
    ['one book', 'one book'],
  );
});

test('without ID tokens a renewal of its own is the same user’s, and a sign-in is nobody’s', async (t) => {
  // A client that needs `auth_time` must ask for an ID token.
  await world.server.control.setClient({ client_id: CLIENT_ID, require_auth_time: false });
  const input = withApi({ scope: 'profile' });
  const context = await openBrowser(t);
  const [one, two] = [await openTab(t, context), await openTab(t, context)];
  const first = await signInAs(one, ALICE, input);
  api.decide = ({ headers }) => (headers.authorization.endsWith(first) ? { status: 401 } : {});
  assert.equal((await order(one, { input })).status, 200);
  assert.equal(api.calls.length, 2);
  api.calls = [];
  let release;
  const held = new Promise((resolve) => {
    release = resolve;
  });
  api.decide = async () => {
    await held;
    return api.calls.length === 1 ? { status: 401 } : {};
  };
  const ordering = order(one, { input });
  await until(() => api.calls.length === 1);
  await signInAs(two, BOB, input);
  release();
  assert.equal((await ordering).status, 401);
  assert.equal(api.calls.length, 1);
});

/** A refusal with AM's advice, as PingGateway says it. */
const advice = () => ({
  status: 401,
  headers: {
    'www-authenticate': `SSOADVICE realm="/",advices="${Buffer.from(
      JSON.stringify({ TransactionConditionAdvice: ['a-transaction'] }),
    ).toString('base64')}"`,
  },
});

/** In the page: `client.fetch` with a step-up in which `user` signs in. */
const stepUpAs = (page, user, { url = `${api.url}/order`, init = {} } = {}) =>
  run(
    page,
    async ({ journey, oidc }, { config, user, url, init }) => {
      let advices = 0;
      const client = await oidc({
        config,
        onAdvice: async () => {
          advices += 1;
          const am = await journey({ config });
          const step = await am.start({ query: { ForceAuth: true } });
          step.setCallbackValue('NameCallback', user.username);
          step.setCallbackValue('PasswordCallback', user.password);
          const success = await am.next(step);
          const { code, state } = await client.authorize.background();
          await client.token.exchange(code, state);
          return success;
        },
      });
      const response = await client.fetch(url, { method: 'POST', body: 'one book', ...init });
      return { status: response.status, advices };
    },
    { config: withApi(), user, url, init },
  );

test('a step-up in which another user signs in repeats nothing', async (t) => {
  const page = await openTab(t, await openBrowser(t));
  const alices = await signInAs(page, ALICE);
  api.decide = () => (api.calls.length === 1 ? advice() : {});
  assert.deepEqual(await stepUpAs(page, BOB), { status: 401, advices: 1 });
  assertCalls(alices);
  assert.equal(await subjectOf(page), 'bob');
  api.calls = [];
  assert.deepEqual(await stepUpAs(page, BOB), { status: 200, advices: 1 });
  assert.equal(api.calls.length, 2);
});

test('advice, and a refusal of the token, count from the APIs of the list alone', async (t) => {
  const page = await openTab(t, await openBrowser(t));
  await signInAs(page, ALICE);
  const before = await stored(page);
  for (const refusal of [advice(), { ...advice(), status: 403 }, { status: 401 }]) {
    api.calls = [];
    api.decide = ({ url, headers }) => {
      if (url !== '/moved') return refusal;
      assert.equal(headers.host, new URL(api.url).host);
      return { status: 307, headers: { location: `${api.elsewhere}/theirs` } };
    };
    const followed = { url: `${api.url}/moved`, init: { redirect: 'follow' } };
    const result = await stepUpAs(page, BOB, followed);
    assert.deepEqual(result, { status: refusal.status, advices: 0 });
    assert.deepEqual(
      api.calls.map(({ url, headers }) => [url, headers.authorization !== undefined]),
      [
        ['/moved', true],
        ['/theirs', false],
      ],
    );
    assert.deepEqual(await stored(page), before, 'nothing was renewed for it');
  }
  // The same from where the app's own API redirects to itself.
  api.calls = [];
  api.decide = ({ url }) => {
    if (url === '/moved') return { status: 307, headers: { location: `${api.url}/here` } };
    return api.calls.length === 2 ? advice() : {};
  };
  const own = { url: `${api.url}/moved`, init: { redirect: 'follow' } };
  assert.deepEqual(await stepUpAs(page, ALICE, own), { status: 200, advices: 1 });
});
