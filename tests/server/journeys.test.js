import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { decodeJwt } from 'jose';
import { ALPHA, Browser, start } from './client.js';

const server = await start(after);
const LOGIN = 'authIndexType=service&authIndexValue=Login';

test('a journey starts with a page, with no body, `{}` or no journey named', async () => {
  const browser = new Browser(server);
  for (const [query, body] of [[LOGIN], [LOGIN, {}], ['']]) {
    const { status, body: step } = await browser.authenticate(query, body);
    assert.equal(status, 200);
    const { authId, ...page } = step;
    assert.equal(typeof authId, 'string');
    assert.deepEqual(page, {
      callbacks: [
        {
          type: 'NameCallback',
          output: [{ name: 'prompt', value: 'User Name' }],
          input: [{ name: 'IDToken1', value: '' }],
          _id: 0,
        },
        {
          type: 'PasswordCallback',
          output: [{ name: 'prompt', value: 'Password' }],
          input: [{ name: 'IDToken2', value: '' }],
          _id: 1,
        },
      ],
      stage: 'UsernamePassword',
      header: 'Sign In',
      description: 'Sign in with your user name and password.',
    });
  }
});

for (const journey of ['Login', 'LoginSteps']) {
  test(`${journey} signs in: token in the answer, the same in the cookie`, async () => {
    const browser = new Browser(server);
    const { status, body } = await browser.login({ journey });
    assert.equal(status, 200);
    assert.deepEqual(body, { tokenId: browser.cookie, successUrl: '/am/console', realm: '/' });
  });

  test(`${journey} with a wrong password is AM's 401`, async () => {
    const browser = new Browser(server);
    const { status, body } = await browser.login({ journey, password: 'wrong' });
    assert.equal(status, 401);
    assert.deepEqual(body, {
      code: 401,
      reason: 'Unauthorized',
      message: 'Login failure',
      detail: { failureUrl: '' },
    });
    assert.equal(browser.cookie, undefined);
  });
}

test('the session cookie is HttpOnly, for the whole host, and ends with the browser', async () => {
  const browser = new Browser(server);
  const { body: step } = await browser.authenticate(LOGIN);
  step.callbacks[0].input[0].value = 'demo';
  step.callbacks[1].input[0].value = 'Ch4ng3it!';
  const response = await browser.fetch(`${browser.json}/authenticate`, {
    method: 'POST',
    body: JSON.stringify(step),
  });
  assert.equal(
    response.headers.get('set-cookie'),
    `iPlanetDirectoryPro=${browser.cookie}; Path=/; HttpOnly; SameSite=Lax`,
  );
});

test('the sub-realm names itself, and its session is not one of the root realm', async () => {
  const browser = new Browser(server, ALPHA);
  const { body } = await browser.login();
  assert.equal(body.realm, '/alpha');
  const root = new Browser(server);
  root.cookie = browser.cookie;
  assert.equal((await root.sessions('getSessionInfo')).status, 401);
  assert.equal(await root.silentError(), 'login_required');
  assert.equal(root.cookie, browser.cookie);
  assert.equal(await browser.silentError(), null);
});

test('the authId never holds the password', async () => {
  const browser = new Browser(server);
  const { body: first } = await browser.authenticate(
    'authIndexType=service&authIndexValue=LoginSteps',
  );
  first.callbacks[0].input[0].value = 'demo';
  const { body: second } = await browser.authenticate('', first);
  assert.deepEqual(decodeJwt(second.authId).inputs, { username: 'demo' });
  const secrets = JSON.stringify(
    server.control
      .secrets()
      .filter((one) => one.startsWith('ey'))
      .map(decodeJwt),
  );
  assert.equal(secrets.includes('Ch4ng3it!'), false);
});

test('an existing session is success at once; ForceAuth runs the journey all the same', async () => {
  const browser = new Browser(server);
  const { body: first } = await browser.login();
  assert.deepEqual((await browser.authenticate(LOGIN)).body, first);
  assert.ok((await browser.authenticate(`${LOGIN}&ForceAuth=true`)).body.authId);
  const { body: second } = await browser.login({ query: 'ForceAuth=true' });
  assert.notEqual(second.tokenId, first.tokenId);
  assert.deepEqual(await server.control.session(first.tokenId), { active: false });
  assert.deepEqual(await server.control.session(second.tokenId), { active: true });
});

test('noSession authenticates without token and cookie', async () => {
  const browser = new Browser(server);
  const { status, body } = await browser.login({ query: 'noSession=true' });
  assert.equal(status, 200);
  assert.deepEqual(body, {
    message: 'Authentication Successful',
    successUrl: '/am/console',
    realm: '/',
  });
  assert.equal(browser.cookie, undefined);
});

test('an unknown journey, a broken body and unfitting answers are 400', async () => {
  const browser = new Browser(server);
  const unknown = await browser.authenticate('authIndexType=service&authIndexValue=Nope');
  assert.deepEqual(unknown, {
    status: 400,
    body: { code: 400, reason: 'Bad Request', message: 'No Configuration found' },
  });
  for (const body of ['{', '[]', '"text"', 'null']) {
    assert.equal((await browser.authenticate(LOGIN, body)).status, 400);
  }
  const { body: step } = await browser.authenticate(LOGIN);
  for (const callbacks of [undefined, [], [{}, {}], [...step.callbacks].reverse()]) {
    assert.equal((await browser.authenticate('', { ...step, callbacks })).status, 400);
  }
});

test('an authId that is forged, expired, used up or of another realm has timed out', async () => {
  const browser = new Browser(server);
  const { body: step } = await browser.authenticate(LOGIN);
  const { body: alphas } = await new Browser(server, ALPHA).authenticate(LOGIN);
  server.control.configure({ authIdTtl: -1 });
  const { body: expired } = await browser.authenticate(LOGIN);
  server.control.configure({ authIdTtl: 300 });
  assert.equal((await browser.authenticate('', step)).body.message, 'Login failure');
  const forged = { ...step, authId: `${step.authId.slice(0, -4)}AAAA` };
  for (const body of [forged, expired, step, alphas]) {
    assert.deepEqual(await browser.authenticate('', body), {
      status: 401,
      body: {
        code: 401,
        reason: 'Unauthorized',
        message: 'Session has timed out',
        detail: { errorCode: '110' },
      },
    });
  }
});

test('getSessionInfo and logout work by cookie and by header', async () => {
  const browser = new Browser(server);
  const { body } = await browser.login();
  const byHeader = new Browser(server);
  const header = { iPlanetDirectoryPro: body.tokenId };
  for (const { status, body: info } of [
    await browser.sessions('getSessionInfo'),
    await byHeader.sessions('getSessionInfo', header),
  ]) {
    assert.equal(status, 200);
    assert.equal(info.username, 'demo');
    assert.equal(info.universalId, 'id=demo,ou=user,dc=openam,dc=forgerock,dc=org');
    assert.equal(info.realm, '/');
    assert.ok(Date.parse(info.maxIdleExpirationTime) < Date.parse(info.maxSessionExpirationTime));
  }
  assert.deepEqual(await byHeader.sessions('logout', header), {
    status: 200,
    body: { result: 'Successfully logged out' },
  });
  assert.deepEqual(await browser.sessions('getSessionInfo'), {
    status: 401,
    body: { code: 401, reason: 'Unauthorized', message: 'Access Denied' },
  });
  assert.equal((await browser.sessions('logout')).status, 401);
});

test('session actions need a header that no cross-site form can send', async () => {
  const browser = new Browser(server);
  await browser.login();
  const response = await browser.fetch(`${browser.json}/sessions/?_action=logout`, {
    method: 'POST',
  });
  assert.equal(response.status, 403);
  assert.equal((await browser.sessions('getSessionInfo')).status, 200);
});

test('serverinfo names the cookie', async () => {
  const { body } = await new Browser(server).am('/serverinfo/*', { method: 'GET' });
  assert.deepEqual(body, { cookieName: 'iPlanetDirectoryPro', realm: '/' });
});
