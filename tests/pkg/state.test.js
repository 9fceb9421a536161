/** The store of who is signed in, over a client made by hand. */
import assert from 'node:assert/strict';
import { afterEach, beforeEach, test } from 'node:test';
import { createJourney, createSignIn } from 'journey-oidc/state';
import { createLoginFailure, createLoginSuccess, createStep } from 'journey-oidc/testing';

const NOT_SIGNED_IN = { error: 'x', code: 'not_signed_in', message: 'x' };
const FAILURE = { error: 'x', code: 'network_failed', message: 'No answer' };

beforeEach(() => {
  globalThis.window = globalThis;
});
afterEach(() => {
  delete globalThis.window;
});

/** A client, as a provider and the other tabs would have it. */
function scripted({ signedIn = false, matches = false, callback, claims } = {}) {
  const listeners = [];
  const client = {
    made: 0,
    signedIn,
    calls: [],
    subscribe: (listener) => listeners.push(listener),
    tell(type, error) {
      for (const listener of listeners) listener({ type, error });
    },
    authorize: {
      callback: Object.assign(async () => callback, { matches: () => matches }),
      redirect: async (options) => void client.calls.push(['redirect', options]),
      popup: async (options) => {
        client.calls.push(['popup', options]);
        return { accessToken: 'a' };
      },
    },
    token: {
      get: async (options) => {
        client.calls.push(['get', options]);
        if (client.expired && !options?.backgroundRenew) return { accessToken: 'a', expired: true };
        if (client.expired && client.refusal) {
          client.tell('renewal_failed', client.refusal);
          return client.refusal;
        }
        if (client.expired) {
          client.expired = false;
          client.tell('tokens_renewed');
        }
        return client.signedIn ? { accessToken: 'a' } : NOT_SIGNED_IN;
      },
    },
    user: {
      claims: async () => {
        client.calls.push(['claims']);
        await client.onClaims?.();
        return claims ?? (client.signedIn ? { sub: 'demo' } : NOT_SIGNED_IN);
      },
      logout: async () => {
        client.signedIn = false;
        client.tell('signed_out');
        return { done: {} };
      },
    },
    fetch: async (...args) => args,
  };
  const oidc = async () => {
    client.made += 1;
    return client;
  };
  return { client, oidc };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

/** A store's states from now on. */
function watch(store) {
  const states = [];
  const end = store.subscribe(({ status, claims, error }) => {
    states.push([status, claims?.sub ?? error?.code].filter(Boolean).join(' '));
  });
  return { states, end };
}

test('loading, then who is signed in; the same object until it changes', async () => {
  const { oidc } = scripted({ signedIn: true });
  const store = createSignIn({ oidc, config: {} });
  const { states } = watch(store);
  const first = store.getSnapshot();
  assert.equal(store.getSnapshot(), first);
  await settled();
  assert.deepEqual(states, ['loading', 'signed-in demo']);
  assert.notEqual(store.getSnapshot(), first);
  assert.equal(store.getServerSnapshot(), first);
  assert.ok(Object.isFrozen(store.getSnapshot()));
});

test('signed out, in, and out again, here and in other tabs', async () => {
  const { client, oidc } = scripted();
  const store = createSignIn({ oidc, config: {} });
  const { states, end } = watch(store);
  await settled();
  assert.equal(store.getSnapshot().wasSignedIn, false);
  client.signedIn = true;
  client.tell('signed_in');
  await settled();
  assert.equal(store.getSnapshot().wasSignedIn, undefined);
  await store.signOut();
  assert.deepEqual(states, ['loading', 'signed-out', 'signed-in demo', 'signed-out']);
  assert.equal(store.getSnapshot().wasSignedIn, true);
  end();
  client.tell('signed_out');
  assert.equal(states.length, 4);
});

test('a sign-out is not undone by what was asked before', async () => {
  const { client, oidc } = scripted({ signedIn: true });
  const store = createSignIn({ oidc, config: {} });
  const { states } = watch(store);
  await settled();
  client.tell('tokens_renewed');
  client.tell('signed_out');
  await settled();
  assert.equal(states.at(-1), 'signed-out');
});

test('a sign-out in another tab before the core listens, which no event tells', async () => {
  const { client, oidc } = scripted({ signedIn: true });
  client.onClaims = () => {
    client.signedIn = false;
  };
  const { states } = watch(createSignIn({ oidc, config: {} }));
  await settled();
  assert.deepEqual(states, ['loading', 'signed-out']);
  assert.deepEqual(client.calls, [['claims']]);
});

test('nobody is signed in, by the claims', async () => {
  const { oidc } = scripted({ signedIn: true, claims: NOT_SIGNED_IN });
  const { states } = watch(createSignIn({ oidc, config: {} }));
  await settled();
  assert.deepEqual(states, ['loading', 'signed-out']);
});

test('expired tokens are renewed before they count; or why they can’t be is shown', async () => {
  for (const [refusal, expected] of [
    [undefined, 'signed-in demo'],
    [FAILURE, 'error network_failed'],
    [{ ...FAILURE, code: 'interaction_required' }, 'signed-out'],
    [{ ...FAILURE, code: 'invalid_grant' }, 'signed-out'],
  ]) {
    const { client, oidc } = scripted({ signedIn: true });
    Object.assign(client, { expired: true, refusal, onClaims: settled });
    const store = createSignIn({ oidc, config: {} });
    const { states } = watch(store);
    await store.getClient();
    assert.deepEqual([...new Set(states)], ['loading', expected], 'known when the client is there');
    const renewals = client.calls.filter(([call, options]) => call === 'get' && options);
    assert.deepEqual(renewals, [['get', { backgroundRenew: true }]]);
  }
});

test('tokens that expire while the page is open', async () => {
  for (const [refusal, expected] of [
    [undefined, 'signed-in demo'],
    [FAILURE, 'error network_failed'],
    [{ ...FAILURE, code: 'login_required' }, 'signed-out'],
  ]) {
    const { client, oidc } = scripted({ signedIn: true });
    const store = createSignIn({ oidc, config: {} });
    watch(store);
    await settled();
    Object.assign(client, { expired: true, refusal });
    client.tell('tokens_expired');
    await settled();
    const { status, claims, error, wasSignedIn } = store.getSnapshot();
    assert.equal([status, claims?.sub ?? error?.code].filter(Boolean).join(' '), expected);
    assert.equal(wasSignedIn, status === 'signed-out' ? true : undefined);
  }
});

test('a failed renewal of expired tokens is shown, and not repeated', async () => {
  const { client, oidc } = scripted({ signedIn: true });
  const { states } = watch(createSignIn({ oidc, config: {} }));
  await settled();
  client.tell('renewal_failed', FAILURE);
  await settled();
  assert.equal(states.at(-1), 'signed-in demo', 'the tokens are still valid');
  client.expired = true;
  client.tell('renewal_failed', FAILURE);
  await settled();
  assert.equal(states.at(-1), 'error network_failed');
  assert.ok(!client.calls.some(([call, options]) => call === 'get' && options));
});

test('a sign-out does not wait for the renewal of expired tokens', async () => {
  const { client, oidc } = scripted({ signedIn: true });
  const store = createSignIn({ oidc, config: {} });
  client.token.get = async (options) =>
    options ? new Promise(() => {}) : { accessToken: 'a', expired: true };
  const { states } = watch(store);
  await settled();
  const late = settled().then(() => 'late');
  assert.ok('done' in Object(await Promise.race([store.signOut(), late])));
  assert.deepEqual(states, ['loading', 'signed-out']);
});

test('the client is made once, by the first use in a browser', async () => {
  const { client, oidc } = scripted();
  const store = createSignIn({ oidc, config: {} });
  await settled();
  assert.equal(client.made, 0);
  delete globalThis.window;
  watch(store);
  await settled();
  assert.equal(client.made, 0, 'not on a server');
  globalThis.window = globalThis;
  watch(store).end();
  watch(store);
  await store.getToken({ forceRenew: true });
  assert.equal(client.made, 1);
  assert.deepEqual(client.calls.at(-1), ['get', { backgroundRenew: true, forceRenew: true }]);
});

test('the page of the redirect URI: the sign-in is completed, once', async () => {
  const callback = { accessToken: 'a', appState: '/basket' };
  const { oidc } = scripted({ signedIn: true, matches: true, callback });
  const found = [];
  const onSignedIn = ({ appState }) => found.push(appState);
  const { states } = watch(createSignIn({ oidc, onSignedIn, config: {} }));
  await settled();
  assert.deepEqual(states, ['loading', 'signed-in demo']);
  assert.deepEqual(found, ['/basket']);
});

test('onSignedIn may throw: the browser reports it, and the store works', async (t) => {
  const callback = { accessToken: 'a' };
  const { oidc } = scripted({ signedIn: true, matches: true, callback });
  const reported = [];
  t.mock.method(globalThis, 'queueMicrotask', (work) =>
    Promise.resolve()
      .then(work)
      .catch(({ message }) => reported.push(message)),
  );
  const onSignedIn = () => {
    throw new Error('of the app');
  };
  const store = createSignIn({ oidc, onSignedIn, config: {} });
  const { states } = watch(store);
  assert.ok('done' in (await store.signOut()));
  assert.deepEqual(states, ['loading', 'signed-in demo', 'signed-out']);
  assert.deepEqual(reported, ['of the app']);
});

test('a sign-in that failed is an error, unless the user is signed in all the same', async () => {
  for (const [signedIn, expected] of [
    [false, 'error network_failed'],
    [true, 'signed-in demo'],
  ]) {
    const { oidc } = scripted({ signedIn, matches: true, callback: FAILURE });
    const onSignedIn = () => assert.fail();
    const { states } = watch(createSignIn({ oidc, onSignedIn, config: {} }));
    await settled();
    assert.equal(states.at(-1), expected);
  }
});

test('no claims: signed in without them', async () => {
  const { oidc } = scripted({ signedIn: true, claims: { error: 'x', code: 'id_token_missing' } });
  const store = createSignIn({ oidc, config: {} });
  watch(store);
  await settled();
  assert.deepEqual(store.getSnapshot(), { status: 'signed-in', claims: undefined });
});

test('no client: every function says why', async () => {
  const store = createSignIn({ oidc: async () => FAILURE, config: {} });
  const { states } = watch(store);
  await settled();
  assert.equal(states.at(-1), 'error network_failed');
  for (const call of ['signIn', 'signOut', 'getToken']) {
    assert.equal((await store[call]()).code, 'network_failed', call);
  }
  await assert.rejects(store.fetch('https://api.example.com'), (error) => {
    return error instanceof TypeError && error.cause === FAILURE;
  });
});

test('a window is opened in the click itself', async () => {
  const { client, oidc } = scripted();
  const store = createSignIn({ oidc, config: {} });
  watch(store);
  await settled();
  const result = store.signIn({ popup: true, prompt: 'login' });
  assert.deepEqual(client.calls.at(-1), ['popup', { prompt: 'login' }]);
  assert.equal((await result).accessToken, 'a');
  await store.signIn();
  assert.deepEqual(client.calls.at(-1), ['redirect', {}]);
  assert.deepEqual(await store.fetch('/a', { method: 'PUT' }), ['/a', { method: 'PUT' }]);
});

test('a redirect that is under way is not begun again', async () => {
  const { client, oidc } = scripted();
  const store = createSignIn({ oidc, config: {} });
  const redirects = () => client.calls.filter(([call]) => call === 'redirect').length;
  await Promise.all([store.signIn(), store.signIn({ appState: 'again' })]);
  assert.equal(redirects(), 1);
  await store.signIn();
  assert.equal(redirects(), 2, 'the user has come back');
  const { signal } = new AbortController();
  await Promise.all([store.signIn({ signal }), store.signIn({ signal })]);
  assert.equal(redirects(), 4, 'one may be aborted');
});

test('no client: the next call makes one', async () => {
  const { client, oidc } = scripted({ signedIn: true });
  const results = [FAILURE];
  const store = createSignIn({ oidc: async () => results.shift() ?? oidc(), config: {} });
  const { states } = watch(store);
  await settled();
  watch(store);
  await settled();
  assert.deepEqual(states, ['loading', 'error network_failed'], 'a subscription does not');
  assert.equal((await store.getToken()).accessToken, 'a');
  assert.equal(await store.getClient(), client);
  assert.deepEqual(states, ['loading', 'error network_failed', 'signed-in demo']);
});

test('what the store was made of is there for others', () => {
  const config = {};
  const { input } = createSignIn({ oidc: () => {}, onSignedIn: () => {}, config, preload: true });
  assert.deepEqual(input, { config, preload: true });
  assert.equal(input.config, config);
});

/** A journey client that gives these results; `calls` are those to it. */
function scriptedJourney(...results) {
  const calls = [];
  const answer = (call) => async (step, options) => {
    calls.push([call, options ? step : undefined, options ?? step]);
    const result = results.shift();
    if (result instanceof Error) throw result;
    return result;
  };
  return { calls, client: { start: answer('start'), next: answer('next') } };
}

const stepOf = (name) => createStep({ authId: name, callbacks: [] });
const REFUSED = createLoginFailure({ code: 401, message: 'Login failure' });
const SUCCESS = createLoginSuccess({ tokenId: 't' });

/** What a state is, in short. */
const short = ({ step, pending, error, failure, success }) =>
  [
    step?.payload.authId,
    pending && 'pending',
    error?.code,
    failure && 'refused',
    success && 'success',
  ]
    .filter(Boolean)
    .join(' ');

/** A store's states from now on. */
function watchJourney(journey) {
  const states = [];
  const end = journey.subscribe((state) => states.push(short(state)));
  return { states, end };
}

test('a journey: started by the first subscription, answered, refused, begun again', async () => {
  const [first, second, third] = ['one', 'two', 'three'].map(stepOf);
  const { calls, client } = scriptedJourney(first, second, REFUSED, third, SUCCESS);
  const journey = createJourney({ journey: 'Login', query: { locale: 'de' }, client });
  const begin = journey.getServerSnapshot();
  assert.deepEqual(calls, []);
  const { states } = watchJourney(journey);
  await settled();
  await journey.submit();
  await journey.submit();
  assert.equal(journey.getSnapshot().failure, REFUSED);
  await journey.submit();
  assert.deepEqual(states, [
    'pending',
    'pending',
    'one',
    'one pending',
    'two',
    'two pending',
    'two pending refused',
    'three refused',
    'three pending',
    'success',
  ]);
  assert.deepEqual(
    calls.map(([call, step]) => [call, step?.payload?.authId]),
    [
      ['start', undefined],
      ['next', 'one'],
      ['next', 'two'],
      ['start', undefined],
      ['next', 'three'],
    ],
  );
  const { signal, ...options } = calls[0][2];
  assert.deepEqual(options, { journey: 'Login', query: { locale: 'de' } });
  assert.deepEqual(calls[1][2].query, { locale: 'de' });
  assert.ok(Object.isFrozen(journey.getSnapshot()));
  assert.equal(journey.getServerSnapshot(), begin);
});

test('a journey that AM refuses at once is not begun again', async () => {
  const { calls, client } = scriptedJourney(stepOf('one'), REFUSED);
  const journey = createJourney({ client });
  watchJourney(journey);
  await settled();
  await journey.restart();
  assert.equal(short(journey.getSnapshot()), 'refused');
  assert.equal(calls.length, 2);
});

test('a step stays when its submission fails, and may be sent again', async () => {
  const { client } = scriptedJourney(stepOf('one'), FAILURE, SUCCESS);
  const journey = createJourney({ client });
  watchJourney(journey);
  await settled();
  await journey.submit();
  assert.equal(short(journey.getSnapshot()), 'one network_failed');
  await journey.submit();
  assert.equal(short(journey.getSnapshot()), 'success');
});

test('nothing is sent twice, and nothing after the end of the last subscription', async () => {
  const { calls, client } = scriptedJourney(stepOf('one'), stepOf('late'), stepOf('two'));
  const journey = createJourney({ client });
  const { states, end } = watchJourney(journey);
  await settled();
  journey.submit();
  await journey.submit();
  end();
  await settled();
  assert.equal(calls.length, 2);
  assert.ok(calls[1][2].signal.aborted);
  assert.equal(states.at(-1), 'one pending', 'the late result is not shown');
  assert.deepEqual(journey.getSnapshot(), journey.getServerSnapshot());
  watchJourney(journey);
  await settled();
  assert.equal(short(journey.getSnapshot()), 'two');
});

test('a journey of a sign-in: tokens before success, or the error', async () => {
  for (const [tokens, expected] of [
    [{ accessToken: 'a' }, 'success'],
    [FAILURE, 'network_failed'],
  ]) {
    const { client } = scriptedJourney(SUCCESS);
    const get = async (options) => (options?.backgroundRenew ? tokens : NOT_SIGNED_IN);
    const signIn = { input: {}, getClient: async () => ({ token: { get } }) };
    const journey = createJourney({ client, signIn });
    watchJourney(journey);
    await settled();
    assert.equal(short(journey.getSnapshot()), expected);
  }
});

test('a journey client that can’t be made is an error; restart() makes another', async () => {
  const failing = Object.assign(new Error('No answer'), FAILURE);
  const { client } = scriptedJourney(failing, stepOf('one'));
  const journey = createJourney({ client });
  watchJourney(journey);
  await settled();
  assert.equal(short(journey.getSnapshot()), 'network_failed');
  await journey.restart();
  assert.equal(short(journey.getSnapshot()), 'one');
});

test('a server starts no journey', async () => {
  delete globalThis.window;
  const { calls, client } = scriptedJourney();
  const journey = createJourney({ client });
  watchJourney(journey);
  await settled();
  assert.deepEqual(calls, []);
});
