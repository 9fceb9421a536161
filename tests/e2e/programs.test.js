/** The programs that people will write, verbatim, against the real server. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { fillIn } from './oidc-support.js';
import {
  config,
  openApp,
  requestsTo,
  run,
  signIn,
  storage,
  USER,
  useWorld,
  world,
} from './support.js';

useWorld();

/** Nothing of a sign-in is left, in the browser or on the server. */
async function assertSignedOut(page, { sessionToken, tokens }) {
  assert.deepEqual(Object.keys(await storage(page)), []);
  const { control } = world.server;
  assert.equal((await control.session(sessionToken)).active, false, 'session');
  for (const token of [tokens.accessToken, tokens.refreshToken]) {
    assert.equal(control.token(token).active, false, 'token');
  }
}

test('the loop, the getters, tokens, user details, logout', async (t) => {
  const page = await openApp(t);
  const result = await run(
    page,
    async ({ journeyClient, oidc }, { config, user }) => {
      await journeyClient.configure({ config });
      let step = await journeyClient.start();
      while (step?.type === 'Step') {
        for (const callback of step.callbacks) {
          if (callback.getType() === 'NameCallback') callback.setName(user.username);
          if (callback.getType() === 'PasswordCallback') callback.setPassword(user.password);
        }
        step = await journeyClient.next(step);
      }
      const sessionToken = step.getSessionToken();
      const successUrl = step.getSuccessUrl();
      const realm = step.getRealm();

      const client = await oidc({ config });
      const tokens = await client.token.get({ backgroundRenew: true });
      const info = await client.user.info();
      const stored = { ...localStorage };
      const logout = await client.user.logout();
      return { sessionToken, successUrl, realm, tokens, info, stored, logout };
    },
    { config: config(), user: USER },
  );
  assert.ok(result.sessionToken);
  assert.equal(result.successUrl, '/am/console');
  assert.equal(result.realm, '/');
  assert.equal(result.info.sub, 'demo');
  assert.equal(result.info.email, 'demo.user@example.com');
  assert.ok(result.tokens.accessToken && result.tokens.idToken && result.tokens.refreshToken);
  assert.deepEqual(JSON.parse(result.stored['pic-journey-oidc-demo']), result.tokens);
  assert.deepEqual(result.logout, {
    sessionResponse: null,
    revokeResponse: null,
    deleteResponse: null,
    done: { session: true, revoke: true, delete: true },
  });
  await assertSignedOut(page, result);
});

test('one callback per page', async (t) => {
  const page = await openApp(t);
  const types = await run(
    page,
    async ({ journey }, { config, user }) => {
      const client = await journey({ config });
      const seen = [];
      let step = await client.start({ journey: 'LoginSteps' });
      while (step.type === 'Step') {
        seen.push(step.callbacks.map((callback) => callback.getType()).join());
        const [callback] = step.callbacks;
        callback.setInputValue(
          callback.getType() === 'NameCallback' ? user.username : user.password,
        );
        step = await client.next(step);
      }
      return [...seen, step.type];
    },
    { config: config(), user: USER },
  );
  assert.deepEqual(types, ['NameCallback', 'PasswordCallback', 'LoginSuccess']);
});

test('callbacks of classes of the app’s own', async (t) => {
  const page = await openApp(t);
  const result = await run(
    page,
    async ({ journey, journeyClient, NameCallback }, { config, user }) => {
      class Trimmed extends NameCallback {
        setName(name) {
          super.setName(name.trim());
        }
      }
      const callbackFactory = (callback) =>
        callback.type === 'NameCallback' ? new Trimmed(callback) : undefined;
      await journeyClient.configure({ config: { ...config, callbackFactory } });
      let step = await journeyClient.start();
      step.getCallbackOfType('NameCallback').setName(` ${user.username} `);
      step.getCallbackOfType('PasswordCallback').setPassword(user.password);
      step = await journeyClient.next(step);

      const throws = () => {
        throw new Error('No such class');
      };
      const client = await journey({ config: { ...config, callbackFactory: throws } });
      const { cause, ...failure } = await client.start({ query: { ForceAuth: true } });
      return { type: step.type, failure, cause: cause.message };
    },
    { config: config(), user: USER },
  );
  assert.equal(result.type, 'LoginSuccess');
  assert.equal(result.cause, 'No such class');
  const message = 'callbackFactory threw: Error: No such class';
  assert.deepEqual(result.failure, {
    error: 'callback_factory_failed',
    code: 'callback_factory_failed',
    type: 'argument_error',
    message,
    error_description: message,
  });
});

test('the two-step way: authorize.background(), then token.exchange()', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const { authorization, tokens, flow, again } = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const authorization = await client.authorize.background();
      const flow = Object.keys(sessionStorage).filter((key) => key.startsWith('FR-SDK-authflow'));
      const tokens = await client.token.exchange(authorization.code, authorization.state);
      const again = await client.token.exchange(authorization.code, authorization.state);
      return { authorization, tokens, flow, again };
    },
    config(),
  );
  assert.deepEqual(flow, [`FR-SDK-authflow-journey-oidc-demo-${authorization.state}`]);
  assert.ok(tokens.accessToken);
  assert.equal(again.error, 'State mismatch');
  assert.equal(again.code, 'state_unknown');
  assert.deepEqual(
    Object.keys(await storage(page)).filter((key) => key.startsWith('FR-SDK')),
    [],
  );
});

test('a page of the provider, and back: authorize.url(), then token.exchange()', async (t) => {
  const page = await openApp(t);
  const url = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      return client.authorize.url();
    },
    config({ redirectUri: `${world.app}/signed-in.html` }),
  );
  await page.goto(url);
  await fillIn(page);
  await page.waitForURL(`${world.app}/signed-in.html?**`);
  const tokens = await run(
    page,
    async ({ oidc }, config) => {
      const params = new URLSearchParams(location.search);
      const client = await oidc({ config });
      return client.token.exchange(params.get('code'), params.get('state'));
    },
    config({ redirectUri: `${world.app}/signed-in.html` }),
  );
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
});

test('wrong password: the failure branch', async (t) => {
  const page = await openApp(t);
  const failure = await run(
    page,
    async ({ journeyClient }, { config, user }) => {
      await journeyClient.configure({ config });
      let step = await journeyClient.start();
      step.setCallbackValue('NameCallback', user.username);
      step.setCallbackValue('PasswordCallback', 'wrong');
      step = await journeyClient.next(step);
      return {
        type: step.type,
        message: step.payload.message,
        code: step.getCode(),
        reason: step.getReason(),
        status: step.status,
        policies: step.getProcessedMessage(),
        isError: 'error' in step,
      };
    },
    { config: config(), user: USER },
  );
  assert.deepEqual(failure, {
    type: 'LoginFailure',
    message: 'Login failure',
    code: 401,
    reason: 'Unauthorized',
    status: 401,
    policies: [],
    isError: false,
  });
});

for (const reload of [false, true]) {
  test(`terminate() signs out of everything${reload ? ', after a reload' : ''}`, async (t) => {
    const page = await openApp(t);
    const sessionToken = await signIn(page);
    const tokens = await run(
      page,
      async ({ oidc }, config) => {
        const client = await oidc({ config });
        return client.token.get({ backgroundRenew: true });
      },
      config(),
    );
    if (reload) await page.reload();
    const outcome = await run(
      page,
      async ({ journeyClient }, config) => {
        await journeyClient.configure({ config });
        return [await journeyClient.terminate(), (await journeyClient.terminate()).code];
      },
      config(),
    );
    // Without a cookie, AM answers as it does where the browser blocks it.
    assert.deepEqual(outcome, [undefined, 'session_unconfirmed']);
    await assertSignedOut(page, { sessionToken, tokens });
  });
}

test('renewal: by refresh token, in one request; the old refresh token is replaced', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const { before, after } = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const before = await client.token.get({ backgroundRenew: true });
      const after = await client.token.get({ forceRenew: true });
      return { before, after };
    },
    config(),
  );
  assert.notEqual(after.accessToken, before.accessToken);
  assert.notEqual(after.refreshToken, before.refreshToken);
  assert.equal(world.server.control.token(after.accessToken).active, true);
  const { signInIdToken, ...stored } = JSON.parse((await storage(page))['pic-journey-oidc-demo']);
  assert.deepEqual(stored, after);
  assert.equal(signInIdToken, before.idToken, 'for the logout at AM');
});

test('renewal in the background: the tokens that were replaced are not revoked', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  world.server.control.clearRequests();
  const { before, after } = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const before = await client.token.get({ backgroundRenew: true });
      const after = await client.token.get({ forceRenew: true });
      return { before, after };
    },
    config({ renew: 'background' }),
  );
  const { control } = world.server;
  assert.notEqual(after.accessToken, before.accessToken);
  assert.deepEqual(requestsTo('/token/revoke'), [], 'that may end the session');
  assert.equal(control.token(after.accessToken).active, true);
  assert.equal(control.token(after.refreshToken).active, true);
});

test('token.revoke() ends the tokens, not the session', async (t) => {
  const page = await openApp(t);
  const sessionToken = await signIn(page);
  const { tokens, revoked, after } = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const tokens = await client.token.get({ backgroundRenew: true });
      return { tokens, revoked: await client.token.revoke(), after: await client.token.get() };
    },
    config(),
  );
  assert.deepEqual(revoked, {
    revokeResponse: null,
    deleteResponse: null,
    done: { revoke: true, delete: true },
  });
  assert.equal(after.error, 'No tokens found');
  assert.equal(world.server.control.token(tokens.accessToken).active, false);
  assert.equal(world.server.control.token(tokens.refreshToken).active, false);
  assert.equal((await world.server.control.session(sessionToken)).active, true);
});

test('logout() ends the session even when no tokens are left', async (t) => {
  const page = await openApp(t);
  const sessionToken = await signIn(page);
  const logout = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      await client.token.get({ backgroundRenew: true });
      await client.token.revoke();
      return client.user.logout();
    },
    config(),
  );
  assert.deepEqual(logout.done, { session: true, revoke: false, delete: true });
  assert.equal((await world.server.control.session(sessionToken)).active, false);
});

test('sessionStorage holds the tokens where the app wants that', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const stored = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config, storage: { type: 'sessionStorage' } });
      await client.token.get({ backgroundRenew: true });
      return [JSON.stringify(localStorage), 'pic-journey-oidc-demo' in sessionStorage];
    },
    config(),
  );
  assert.equal(stored[1], true);
  assert.doesNotMatch(stored[0], /accessToken|tokenId/, 'only ids');
});

test('both clients of a page fetch the metadata once', async (t) => {
  const page = await openApp(t);
  world.server.control.clearRequests();
  await run(
    page,
    ({ journey, oidc }, config) =>
      Promise.all([journey({ config }), oidc({ config }), oidc({ config })]),
    config(),
  );
  assert.equal(requestsTo('/.well-known/openid-configuration').length, 1);
});

test('the session token is kept for a reload, in this tab', async (t) => {
  const page = await openApp(t);
  const sessionToken = await signIn(page);
  const issuer = `${world.provider}/am/oauth2/realms/root`;
  const kept = (await storage(page))[`pic-session-${issuer}`];
  const { signInId, since, ...session } = JSON.parse(kept);
  assert.ok(signInId);
  assert.ok(Math.abs(Date.now() - since) < 60_000, String(since));
  assert.deepEqual(session, {
    tokenId: sessionToken,
    successUrl: '/am/console',
    realm: '/',
  });
});

test('journey: middleware, events, the state, the session', async (t) => {
  const page = await openApp(t);
  const headers = [];
  page.on('request', (request) => {
    if (request.url().includes('/authenticate')) headers.push(request.headers());
  });
  const result = await run(
    page,
    async ({ journey }, { config, user }) => {
      const [actions, heard, seen] = [[], [], []];
      const client = await journey({
        config,
        requestMiddleware: [
          async (req, action, next) => {
            await null;
            actions.push(action);
            req.headers.set('Accept-Language', 'de');
            req.headers.set('X-Requested-With', 'mine');
            next();
          },
        ],
        onResponse: (response, { type }) => seen.push([type, response.status]),
      });
      const end = client.subscribe(({ type }) => heard.push(type));
      const before = client.getState();
      let step = await client.start({ journey: 'Login' });
      const isState = client.getState() === step;
      step.getCallbackOfType('NameCallback').setName(user.username);
      step.getCallbackOfType('PasswordCallback').setPassword(user.password);
      step = await client.next(step);
      const session = client.session.get();
      const kept = { ...session, isToken: session.tokenId === step.getSessionToken() };
      const failure = await client.terminate();
      await null;
      end();
      await client.start();
      return { actions, heard, seen, before, isState, kept, failure, after: client.session.get() };
    },
    { config: config(), user: USER },
  );
  assert.deepEqual(result.actions.slice(0, 3), [
    { type: 'JOURNEY_START', payload: { type: 'service', tree: 'Login' } },
    { type: 'JOURNEY_NEXT', payload: {} },
    { type: 'JOURNEY_TERMINATE', payload: {} },
  ]);
  assert.deepEqual(result.heard, ['Step', 'LoginSuccess', 'terminated']);
  assert.deepEqual(result.seen[0], ['JOURNEY_START', 200]);
  assert.equal(result.before, undefined);
  assert.ok(result.isState && result.kept.isToken);
  assert.equal(result.failure, undefined);
  assert.equal(result.after, undefined);
  assert.equal(headers[0]['accept-language'], 'de');
  assert.equal(headers[0]['x-requested-with'], 'forgerock-sdk');
});

test('two clients that exchange one code at once: one request', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  world.server.control.clearRequests();
  const results = await run(
    page,
    async ({ oidc }, config) => {
      const one = await oidc({ config });
      const { code, state } = await one.authorize.background();
      const other = await oidc({ config });
      return Promise.all([one, other].map((client) => client.token.exchange(code, state)));
    },
    config(),
  );
  assert.equal(requestsTo('/access_token').length, 1);
  assert.ok(results[0].accessToken);
  assert.deepEqual(results[0], results[1]);
});

test('options that say what the configuration says leave the refresh token its use', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  const tokens = await run(
    page,
    async ({ oidc }, config) => {
      await (await oidc({ config })).token.get({ backgroundRenew: true });
      const client = await oidc({ config: { ...config, renew: 'refresh' } });
      const { clientId, redirectUri, scope } = config;
      const authorizeOptions = { clientId, redirectUri, scope, responseType: 'code' };
      return client.token.get({ forceRenew: true, authorizeOptions });
    },
    config(),
  );
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
});
