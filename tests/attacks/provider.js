/**
 * Class 2: a provider that the app uses and that is hostile, or that is one of two (RFC 9700 section
 * 4.4, RFC 9207, OpenID Connect Core sections 3.1.3.7 and 16, RFC 8725). What a provider alone can
 * answer wrongly is in tests/provider, by the modules of the conformance suite.
 */
import assert from 'node:assert/strict';
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { config, run, signIn, world } from '../e2e/support.js';
import {
  actors,
  assertNobody,
  assertRefused,
  assertToldNothing,
  at,
  authorizeUrl,
  call,
  callback,
  clickPopup,
  LANDING,
  makeClient,
  outcome,
  pick,
  signInAt,
  stored,
  wait,
} from './stage.js';

// -------------------------------------------------------------------------------------------- Mix-up

/**
 * The hostile provider sends the user on to the honest one, in the name of the app's client there, with
 * its own authorization's state and challenge (RFC 9700 section 4.4.1). Where `iss` is `false`, neither
 * provider has RFC 9207.
 */
function mixUp({ iss, landing = LANDING.idp }) {
  const silent = iss ? {} : WITHOUT_ISS;
  Object.assign(actors.idp.more, silent);
  Object.assign(actors.hostile.more, silent, {
    authorization(_response, params) {
      const url = new URL(`${actors.idp.issuer}/authorize`);
      for (const [name, value] of Object.entries(params)) url.searchParams.set(name, value);
      url.searchParams.set('redirect_uri', world.app + landing);
      return { status: 302, headers: { location: url.href } };
    },
  });
}

const WITHOUT_ISS = {
  metadata: ({ authorization_response_iss_parameter_supported: _, ...rest }) => rest,
  response: ({ iss: _, ...rest }) => rest,
};

/** Asserts that the honest provider's code went nowhere. */
async function assertKept(page) {
  assertToldNothing(actors.hostile);
  assert.equal(actors.hostile.requestsTo('token').length, 0);
  await assertNobody(page);
}

const exchange = (page, settings, how) =>
  run(
    page,
    async ({ oidc }, { config, how }) => {
      const params = new URLSearchParams(location.search);
      const [code, state, iss] = ['code', 'state', 'iss'].map((name) => params.get(name));
      if (how === 'cleaned') history.replaceState(null, '', location.pathname);
      const client = await oidc({ config });
      return client.token.exchange(code, state, how === 'iss' ? { iss } : {});
    },
    { config: settings, how },
  );

/** The ways an app takes a response. */
const TAKERS = {
  'callback()': callback,
  'exchange(code, state)': (page, settings) => exchange(page, settings),
  'exchange(code, state, { iss })': (page, settings) => exchange(page, settings, 'iss'),
  'exchange(code, state) in a cleaned address (A5)': (page, settings) =>
    exchange(page, settings, 'cleaned'),
};

const mixUps = Object.fromEntries(
  [true, false].flatMap((iss) =>
    Object.entries(TAKERS).map(([how, take]) => [
      `mixes up two providers ${iss ? 'that send iss' : 'without iss (A4)'}; ${how}: the code goes nowhere`,
      async ({ page }) => {
        mixUp({ iss });
        await page.goto(await authorizeUrl(page, at('hostile')));
        assert.ok((await page.url()).startsWith(world.app + LANDING.idp), await page.url());
        assertRefused(await take(page, at('hostile')));
        await assertKept(page);
      },
    ]),
  ),
);

// ------------------------------------------------------------------------------------- Its documents

/** A place where nobody but the attacker is. */
const evilUrl = () => `${actors.evil.url}/collect`;

/** Documents with which no client may be made, or nothing may be sent. */
const DOCUMENTS = {
  'the honest provider’s issuer': () => ({ issuer: actors.idp.issuer }),
  'its issuer in capitals': ({ issuer }) => ({ issuer: issuer.replace('hostile', 'HOSTILE') }),
  'its issuer with a query': ({ issuer }) => ({ issuer: `${issuer}?x` }),
  'its issuer with a fragment': ({ issuer }) => ({ issuer: `${issuer}#x` }),
  'a list of issuers': ({ issuer }) => ({ issuer: [issuer, actors.idp.issuer] }),
  'the issuer of a sibling path (A6)': ({ issuer }) => ({ issuer: `${issuer}-b` }),
  'no issuer': () => ({ issuer: undefined }),
  'a script as its authorization endpoint': () => ({
    authorization_endpoint: 'javascript:window.pwned=1//',
  }),
  'data as its authorization endpoint': () => ({
    authorization_endpoint: 'data:text/html,<script>opener.pwned=1</script>',
  }),
  'a token endpoint in clear elsewhere (A15)': () => ({ token_endpoint: 'http://evil.example/t' }),
  'a token endpoint in clear of a name like loopback (A15)': () => ({
    token_endpoint: 'http://localhost.evil.example/t',
  }),
  'a token endpoint of the app’s own origin (A14)': () => ({ token_endpoint: `${world.app}/api` }),
  'a revocation endpoint of the app’s own origin (A14)': () => ({
    revocation_endpoint: `${world.app}/api`,
  }),
  'an end of the session that is a script': () => ({
    end_session_endpoint: 'javascript:window.pwned=1//',
  }),
  'keys of another scheme': () => ({ jwks_uri: 'blob:http://evil.localhost/x' }),
};

const documents = Object.fromEntries(
  Object.entries(DOCUMENTS).map(([what, change]) => [
    `names ${what}: not believed, and nothing is sent`,
    async ({ page, context }) => {
      const posted = [];
      context.on('request', (request) => {
        if (request.method() === 'POST') posted.push(request.url());
      });
      actors.hostile.more.metadata = (metadata) => ({ ...metadata, ...change(metadata) });
      const result = await authorizeUrl(page, at('hostile'));
      // An endpoint that is refused by itself may leave the others.
      if (typeof result === 'string') {
        assert.ok(result.startsWith(`${actors.hostile.issuer}/authorize`), result);
        await page.goto(result);
        await callback(page, at('hostile'));
        await call(page, at('hostile'), 'token.revoke');
        await call(page, at('hostile'), 'user.logout', { redirect: true }).catch(() => {});
      }
      assert.deepEqual(
        posted.filter((url) => !url.startsWith(actors.hostile.url)),
        [],
      );
      assert.ok(!(await page.evaluate(() => window.pwned)));
    },
  ]),
);

// --------------------------------------------------------------------------------------- Its tokens

const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const decode = (part) => JSON.parse(Buffer.from(part, 'base64url'));
const attackers = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** A JWT by the attacker's key. */
function byAttacker(header, claims) {
  const input = `${encode(header)}.${encode(claims)}`;
  const key = { key: attackers.privateKey, dsaEncoding: 'ieee-p1363' };
  return `${input}.${sign('sha256', Buffer.from(input), key).toString('base64url')}`;
}

/** The header, the claims and the signature of an ID token changed. */
const changed = (change) => (jwt) => {
  const [header, claims, signature] = jwt.split('.');
  return change(decode(header), decode(claims), signature, jwt);
};

/** ID tokens that somebody on the way, or a provider, has made up. */
const FORGERIES = {
  'by a key of its own': changed(byAttacker),
  'by a key in its own header (jwk)': changed((header, claims) =>
    byAttacker({ ...header, jwk: attackers.publicKey.export({ format: 'jwk' }) }, claims),
  ),
  'by a key whose address is in its header (jku)': changed((header, claims) =>
    byAttacker(
      { ...header, jku: `${actors.evil.url}/jwks`, x5u: `${actors.evil.url}/x5u` },
      claims,
    ),
  ),
  'by a key whose name is an address': changed((header, claims) =>
    byAttacker({ ...header, kid: `${actors.evil.url}/jwks` }, claims),
  ),
  'by HMAC with the public key': changed((header, claims) => {
    const input = `${encode({ ...header, alg: 'HS256' })}.${encode(claims)}`;
    const secret = JSON.stringify(attackers.publicKey.export({ format: 'jwk' }));
    return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
  }),
  'by nobody, "None"': changed(
    (header, claims) => `${encode({ ...header, alg: 'None' })}.${encode(claims)}.`,
  ),
  'by nobody, an empty signature': changed(
    (header, claims) => `${encode(header)}.${encode(claims)}.`,
  ),
  'by a signature of zeros': changed(
    (header, claims) =>
      `${encode(header)}.${encode(claims)}.${Buffer.alloc(64).toString('base64url')}`,
  ),
  'with other claims under the same signature': changed(
    (header, claims, signature) =>
      `${encode(header)}.${encode({ ...claims, sub: 'admin' })}.${signature}`,
  ),
  'with a critical extension (crit)': changed((header, claims) =>
    byAttacker({ ...header, crit: ['exp'], exp: 1 }, claims),
  ),
  'in four parts': changed((_header, _claims, _signature, jwt) => `${jwt}.x`),
  'with an empty part in front': changed((_header, _claims, _signature, jwt) => `.${jwt}`),
  'with spaces around it': changed((_header, _claims, _signature, jwt) => ` ${jwt} `),
  'as a list of itself': changed((_header, _claims, _signature, jwt) => [jwt]),
  'with a number as its algorithm': changed((header, claims, signature) =>
    [encode({ ...header, alg: 256 }), encode(claims), signature].join('.'),
  ),
};

const forgeries = Object.fromEntries(
  Object.entries(FORGERIES).map(([what, forge]) => [
    `brings an ID token ${what}: nobody is signed in`,
    async ({ page }) => {
      actors.idp.more.jwt = forge;
      await page.goto(await authorizeUrl(page, at('idp')));
      assertRefused(await callback(page, at('idp')));
      await assertNobody(page);
      assert.equal(actors.evil.requests.length, 0, 'no key is looked for elsewhere');
    },
  ]),
);

/** What pollutes every object of a page that merges it into one. */
const POLLUTION =
  '{"__proto__":{"pwned":1},"constructor":{"prototype":{"pwned":1}},"prototype":{"pwned":1},';

/** Bodies that are hostile to whoever reads them. */
const DEEP = '['.repeat(100_000);
const BODIES = {
  'that pollutes prototypes': (body) => POLLUTION + JSON.stringify(body).slice(1),
  'nested too deeply': (body) =>
    `{"x":${DEEP}${']'.repeat(100_000)},${JSON.stringify(body).slice(1)}`,
  'of ten million letters': (body) => `{"x":"${'x'.repeat(1e7)}",${JSON.stringify(body).slice(1)}`,
  'that is nested and never ends': () => DEEP,
};

/** Whose body is meant: the stage of the provider, and how its body is reached. */
const ANSWERS = {
  metadata: (change) => ({ wellknown: ({ body }) => asJson(change(body)) }),
  'token answer': (change) => ({ token: ({ body }) => asJson(change(body)) }),
};

const asJson = (body) => ({ body, headers: { 'content-type': 'application/json' } });

const bodies = Object.fromEntries(
  Object.entries(ANSWERS).flatMap(([answer, stage]) =>
    Object.entries(BODIES).map(([what, change]) => [
      `sends a ${answer} ${what}: the page lives, and is as it was`,
      async ({ page }) => {
        Object.assign(actors.hostile.more, stage(change));
        const url = await authorizeUrl(page, at('hostile'));
        if (typeof url === 'string') {
          await page.goto(url);
          await callback(page, at('hostile'));
        }
        actors.hostile.reset();
        assert.ok(!(await page.evaluate(() => ({}).pwned)));
        await page.evaluate(() => sessionStorage.clear());
        await page.goto(world.app);
        assert.ok(await signInAt(page, at('hostile')), 'and it works again');
      },
    ]),
  ),
);

// --------------------------------------------------------------------------------- Where secrets go

/** What a call sends, and to which endpoint of AM. */
const REDIRECTED = {
  'the token endpoint': ['/access_token', (client) => client.token.get({ forceRenew: true })],
  'the user details': ['/userinfo', (client) => client.user.info()],
  'a journey': ['/authenticate', (_, journey) => journey.start({ query: { ForceAuth: true } })],
  'the revocation': ['/token/revoke', (client) => client.token.revoke()],
};

const redirections = Object.fromEntries(
  Object.entries(REDIRECTED).map(([what, [match, send]]) => [
    `redirects ${what} to another origin: no secret follows`,
    async ({ page }) => {
      await signIn(page);
      await run(page, renewedByFrame, config());
      for (const status of [307, 308]) {
        const headers = { location: `${actors.evil.url}/collect` };
        world.server.control.fail({ match, times: -1, status, headers });
        const source = `async ({ oidc, journey }, config) =>
          (${send})(await oidc({ config }), await journey({ config }))`;
        assertRefused(await run(page, source, config()));
        world.server.control.clearFailures();
      }
      assert.equal(actors.evil.heard(), '');
    },
  ]),
);

const renewedByFrame = async ({ oidc }, config) =>
  (await oidc({ config })).token.get({ backgroundRenew: true });

export const EVERYWHERE = {
  ...pick(mixUps, (name) => name.includes('callback()')),

  'mixes up two providers in a window: the code goes nowhere (A4)': async ({ page }) => {
    mixUp({ iss: false, landing: '/callback.html' });
    await clickPopup(page, at('hostile', { popupRedirectUri: world.app + LANDING.hostile }));
    assertRefused(await outcome(page));
    await assertKept(page);
  },

  'mixes up two providers in the hidden frame: the code goes nowhere (A4)': async ({ page }) => {
    mixUp({ iss: false, landing: '/callback.html' });
    assertRefused(await call(page, at('hostile'), 'authorize.background'));
    await assertKept(page);
  },

  'leads the hidden frame to a page that would lead the whole page away: it stays': async ({
    page,
  }) => {
    const trap = actors.evil.page(
      `<script>try { top.location = '${actors.evil.url}/phish'; } catch {}
      parent.postMessage({ code: 'x', state: 'y' }, '*');</script>`,
    );
    actors.hostile.more.authorization = () => ({ status: 302, headers: { location: trap } });
    const settings = at('hostile', {}, { frameTimeout: 1500 });
    assertRefused(await call(page, settings, 'authorize.background'));
    assert.equal(await page.url(), `${world.app}/`);
    assert.ok(!actors.evil.heard().includes('/phish'));
    assert.equal(await page.evaluate(() => document.querySelectorAll('iframe').length), 0);
  },
};

export const CHROMIUM = {
  'answers the session check with another page of the app: it proves nothing (A4, A8)': async ({
    page,
  }) => {
    mixUp({ iss: false, landing: '/callback.html' });
    assertRefused(await call(page, at('hostile'), 'user.session'));
    await assertKept(page);
  },

  ...pick(mixUps, (name) => !name.includes('callback()')),
  ...documents,
  ...forgeries,
  ...bodies,
  ...redirections,

  'has a document to which another origin redirects: not believed, early neither (A6)': async ({
    page,
  }) => {
    actors.hostile.more.wellknown = (response, { host }) =>
      host.startsWith('evil')
        ? response
        : { status: 302, headers: { location: `${actors.evil.url}/well-known` }, body: '' };
    actors.evil.answer = () => ({
      body: {
        issuer: actors.hostile.issuer,
        authorization_endpoint: `${actors.evil.url}/authorize`,
        token_endpoint: `${actors.evil.url}/token`,
        jwks_uri: `${actors.evil.url}/jwks`,
      },
    });
    const result = await authorizeUrl(page, at('hostile'));
    assertRefused(result);
    assert.ok(actors.evil.requests.every(({ path }) => path === '/well-known'));
  },

  'puts parameters into its authorization endpoint: the client’s own are the only ones': async ({
    page,
  }) => {
    const query = `state=evil&redirect_uri=${encodeURIComponent(evilUrl())}&client_id=x&nonce=n&code_challenge=c&extra=1`;
    actors.hostile.more.metadata = (metadata) => ({
      ...metadata,
      authorization_endpoint: `${metadata.authorization_endpoint}?${query}`,
    });
    const url = await authorizeUrl(page, at('hostile'));
    if (typeof url !== 'string') return assertRefused(url);
    const { searchParams } = new URL(url);
    for (const name of ['state', 'redirect_uri', 'client_id', 'nonce', 'code_challenge']) {
      assert.equal(searchParams.getAll(name).length, 1, name);
    }
    assert.equal(searchParams.get('redirect_uri'), at('hostile').redirectUri);
  },

  'names a request_uri with parameters in it: it stays one parameter': async ({ page }) => {
    actors.hostile.more.metadata = (metadata) => ({
      ...metadata,
      pushed_authorization_request_endpoint: `${actors.evil.url}/par`,
    });
    const requestUri = `urn:x&redirect_uri=${evilUrl()}&client_id=evil#f`;
    actors.evil.answer = () => ({ status: 201, body: { request_uri: requestUri, expires_in: 60 } });
    const url = new URL(await authorizeUrl(page, at('hostile', { par: true })));
    assert.equal(url.searchParams.get('request_uri'), requestUri);
    assert.equal(
      url.searchParams.get('redirect_uri') ?? at('hostile').redirectUri,
      at('hostile').redirectUri,
    );
    assert.equal(url.searchParams.get('client_id'), at('hostile').clientId);
    assert.equal(url.hash, '');
  },

  'plays the honest provider’s ID token: it is another issuer’s': async ({ page }) => {
    const honest = await signInAt(page, at('idp'));
    await page.evaluate(() => localStorage.clear());
    actors.hostile.more.jwt = () => honest.idToken;
    await page.goto(await authorizeUrl(page, at('hostile')));
    assertRefused(await callback(page, at('hostile')));
    await assertNobody(page);
  },

  'has a user of the same name: the sign-out at one leaves the other’s': async ({ page }) => {
    const settings = {
      idp: at('idp'),
      hostile: at('hostile'),
    };
    const storage = (name) => ({ name: `of-${name}` });
    const signIn = async (name) => {
      await page.goto(await authorizeUrl(page, settings[name]));
      return run(page, async ({ oidc }, input) => (await oidc(input)).authorize.callback(), {
        config: settings[name],
        storage: storage(name),
      });
    };
    const mine = await signIn('idp');
    const theirs = await signIn('hostile');
    assert.ok(mine.accessToken && theirs.accessToken);
    await run(page, async ({ oidc }, input) => (await oidc(input)).user.logout(), {
      config: settings.hostile,
      storage: storage('hostile'),
    });
    assertToldNothing(actors.hostile);
    assert.equal(actors.idp.whose(mine.refreshToken), 'alice');
    const kept = await run(page, async ({ oidc }, input) => (await oidc(input)).token.get(), {
      config: settings.idp,
      storage: storage('idp'),
    });
    assert.equal(kept.accessToken, mine.accessToken);
  },

  'is asked under the key of the other’s tokens: it gets none of them': async ({ page }) => {
    const mine = await signInAt(page, at('idp'));
    for (const [method, ...args] of [
      ['token.get', { backgroundRenew: true, forceRenew: true, authorizeOptions: {} }],
      ['user.info'],
      ['user.session'],
      ['token.revoke'],
      ['user.logout'],
    ]) {
      await call(page, at('hostile', {}, { frameTimeout: 1500 }), method, ...args);
    }
    assertToldNothing(actors.hostile);
    assert.equal(actors.idp.whose(mine.refreshToken), 'alice');
  },

  'says that tokens live a thousandth of a second: one renewal a second at most (A17)': async ({
    page,
  }) => {
    actors.hostile.more.tokens = (tokens) => ({ ...tokens, expires_in: 0.001 });
    await signInAt(page, at('hostile'));
    await run(page, makeClient, at('hostile', { autoRenew: true }));
    const before = actors.hostile.requestsTo('token').length;
    await wait(page, 2500);
    const renewals = actors.hostile.requestsTo('token').length - before;
    assert.ok(renewals <= 4, `${renewals} renewals in 2.5 s`);
  },

  'refuses every renewal: it is not asked all the time (A17)': async ({ page }) => {
    actors.hostile.more.tokens = (tokens) => ({ ...tokens, expires_in: 1 });
    await signInAt(page, at('hostile'));
    actors.hostile.more.token = () => ({ status: 503, body: '' });
    await run(page, makeClient, at('hostile', { autoRenew: true }));
    const before = actors.hostile.requests.length;
    await wait(page, 2500);
    const requests = actors.hostile.requests.length - before;
    assert.ok(requests <= 12, `${requests} requests in 2.5 s`);
  },

  'gives an access token with line breaks: it is in no header': async ({ page }) => {
    actors.hostile.more.tokens = ({ id_token: _, ...tokens }) => ({
      ...tokens,
      access_token: 'x\r\nx-injected: 1',
    });
    const settings = at('hostile', { scope: 'openid', apiOrigins: [actors.api.url] });
    await page.goto(await authorizeUrl(page, settings));
    await callback(page, settings);
    await run(
      page,
      async ({ oidc }, { config, url }) => {
        const client = await oidc({ config });
        await client.user?.info();
        await client.fetch?.(url).catch(() => {});
      },
      { config: settings, url: `${actors.api.url}/orders` },
    );
    assert.ok(!actors.api.heard().includes('x-injected'));
  },

  'is two APIs’ provider: the token for one is not sent to the other (A16)': async ({ page }) => {
    const settings = (name) =>
      at('idp', {
        resource: `https://${name}.example`,
        apiOrigins: [name === 'a' ? actors.api.url : actors.evil.url],
      });
    const tokens = await signInAt(page, settings('a'));
    await run(
      page,
      async ({ oidc }, { config, url }) => {
        const client = await oidc({ config });
        await client.fetch(url).catch(() => {});
      },
      { config: settings('b'), url: `${actors.evil.url}/orders` },
    );
    assert.ok(!actors.evil.heard().includes(tokens.accessToken));
  },

  'puts 40,000 parameters into a call: the time grows with them, and not with their square (A17)':
    async ({ page }) => {
      const [few, many] = await run(
        page,
        async ({ oidc }, config) => {
          const client = await oidc({ config });
          const take = async (length) => {
            const entries = Array.from({ length }, (_, index) => [`p${index}`, 'x']);
            const query = Object.fromEntries(entries);
            const started = performance.now();
            await client.authorize.url({ query });
            return performance.now() - started;
          };
          await take(100);
          return [await take(5000), await take(40_000)];
        },
        at('idp'),
      );
      // Eight times as many: 64 times as long where it grows with the square.
      assert.ok(many < 24 * Math.max(few, 30), `${few} ms, ${many} ms`);
    },

  'keeps the code and answers another’s at once: each response is its own': async ({ page }) => {
    const responses = [];
    actors.idp.more.response = (response, params) => {
      responses.push(response);
      const first = responses[0];
      return responses.length === 2
        ? { ...first, state: params.state, code: first.code }
        : response;
    };
    await run(page, makeClient, at('idp'));
    const [first, second] = await page.evaluate(async () => {
      const { authorize, token } = window.client;
      const a = await authorize.background();
      const b = await authorize.background();
      return [a, await token.exchange(b.code, b.state, { iss: b.iss })];
    });
    // The first one's code belongs to another challenge: the provider must refuse it.
    assert.ok(first.code);
    assertRefused(second);
    assert.equal(await stored(page), null);
  },
};
