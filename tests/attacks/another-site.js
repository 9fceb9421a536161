/**
 * Class 1: a page of another site, which can link to the app, put it into a frame, open it in a window,
 * post to it and send it messages (RFC 6749 section 10.12, RFC 6819 section 4.4.1, RFC 9700 sections
 * 4.1 to 4.7, OAuth 2.0 for Browser-Based Applications section 5).
 */
import assert from 'node:assert/strict';
import { until } from '../e2e/oidc-support.js';
import { host, run, signIn, storage, world } from '../e2e/support.js';
import {
  actors,
  assertNobody,
  assertRefused,
  at,
  authorizeUrl,
  begin,
  call,
  callback,
  clickPopup,
  ended,
  LANDING,
  makeClient,
  outcome,
  pick,
  signInAt,
  stored,
  wait,
} from './stage.js';

/** A code of the attacker's own sign-in: bob's, for this app, with a verifier that only bob has. */
async function bobsCode() {
  actors.idp.user = 'bob';
  const response = await actors.idp.authorize({
    params: {
      client_id: at('idp').clientId,
      redirect_uri: world.app + LANDING.idp,
      response_type: 'code',
      scope: 'openid',
      state: 'bobs-state',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    },
  });
  actors.idp.user = 'alice';
  return new URL(response.headers.location).searchParams.get('code');
}

const landing = (query) => `${world.app}${LANDING.idp}${query}`;

/** A page of the attacker's that shows the app in a frame. */
const framing = (url = world.app) => actors.evil.page(`<iframe src="${url}"></iframe>`);

/** The app, in a frame of the attacker's, as far as a test can play in it: Playwright's frames. */
async function inFrame(open) {
  const evil = await open(framing());
  await until(() => evil.frames().some((frame) => frame.url().startsWith(world.app)));
  return { evil, app: evil.frames().find((frame) => frame.url().startsWith(world.app)) };
}

/** Asserts that a page of the app is signed in as alice, or can be. */
async function assertAlice(page, tokens) {
  assert.equal((await stored(page))?.accessToken, tokens.accessToken);
  assert.equal(actors.idp.whose(tokens.accessToken), 'alice');
}

const tokenRequests = () => actors.idp.requestsTo('token').length;

/** Links to the redirect URI that bring what the user's own sign-in did not ask for. */
const FORGED = {
  "the attacker's code without a state": async () => `?code=${await bobsCode()}`,
  "the attacker's code with a state of its own": async () =>
    `?code=${await bobsCode()}&state=bobs-state&iss=${actors.idp.issuer}`,
  "the attacker's code in the fragment": async () => `#code=${await bobsCode()}&state=bobs-state`,
  'tokens in the fragment, as the implicit flow has them': async () =>
    '#access_token=bobs&id_token=a.b.c&token_type=Bearer&expires_in=3600&state=bobs-state',
  'an error without a state': async () => '?error=access_denied',
};

const forged = Object.fromEntries(
  Object.entries(FORGED).map(([what, query]) => [
    `links to the redirect URI with ${what}: nobody is signed in, and a sign-in under way goes on`,
    async ({ page, open }) => {
      const own = await authorizeUrl(page, at('idp'));
      const evil = await open(
        actors.evil.page(`<a href="${landing(await query()).replaceAll('&', '&amp;')}">Win!</a>`),
      );
      await evil.click('a');
      await until(async () => (await evil.url()).startsWith(world.app));
      assertRefused(await callback(evil, at('idp')));
      assert.equal(tokenRequests(), 0);
      await assertNobody(evil);
      await page.goto(own);
      const tokens = await callback(page, at('idp'));
      await assertAlice(page, tokens);
    },
  ]),
);

/** Those of the forged links that every engine is given. */
const IN_ALL = /with a state of its own|an error without/;

export const EVERYWHERE = {
  ...pick(forged, (name) => IN_ALL.test(name)),

  'links to the redirect URI of a signed-in user with an error or a code: the tokens stay': async ({
    page,
  }) => {
    const tokens = await signInAt(page, at('idp'));
    for (const query of ['?error=login_required&state=x', `?code=${await bobsCode()}&state=x`]) {
      await page.goto(landing(query));
      assertRefused(await callback(page, at('idp')));
      await assertAlice(page, tokens);
    }
    assert.equal((await call(page, at('idp'), 'user.info')).sub, 'alice');
  },

  'opens the app in a window and sends it responses by postMessage: nobody is signed in': async ({
    page: evil,
    popup,
  }) => {
    const code = await bobsCode();
    await evil.goto(
      actors.evil.page(`<button>Open</button><script>
        document.querySelector('button').onclick = () => { window.victim = open('${world.app}'); };
      </script>`),
    );
    await evil.click('button');
    const victim = await popup();
    await run(victim, makeClient, at('idp'));
    await begin(victim, () => window.client.authorize.background(), undefined);
    await evil.evaluate((code) => {
      const response = { code, state: 'bobs-state' };
      for (const message of [
        response,
        { type: 'authorization_response', response },
        { access_token: 'bobs', id_token: 'a.b.c' },
        `${location.origin}/idp.html?code=${code}&state=bobs-state`,
      ]) {
        window.victim.postMessage(message, '*');
      }
    }, code);
    const own = await ended(victim);
    assert.notEqual(own.code, code);
    await assertNobody(victim);
    assert.equal(tokenRequests(), 0);
  },

  'names a channel like that of the window: it hears nothing, and is not heard': async ({
    page,
    open,
  }) => {
    const evil = await open(actors.evil.page(''));
    // The provider tells the attacker the state, as a hostile one could.
    let state;
    actors.idp.more.authorization = (response, params) => {
      state = params.state;
      return new Promise((resolve) => setTimeout(resolve, 700, response));
    };
    await clickPopup(page, at('idp', { popupRedirectUri: `${world.app}/popup.html` }));
    await until(() => state);
    await evil.evaluate(
      ([state, url]) => {
        window.heard = [];
        const channel = new BroadcastChannel(`journey-oidc-popup-${state}`);
        channel.onmessage = ({ data }) => window.heard.push(data);
        channel.postMessage(`${url}?code=bobs&state=${state}`);
      },
      [state, `${world.app}/popup.html`],
    );
    const tokens = await outcome(page);
    await assertAlice(page, tokens);
    assert.deepEqual(await evil.evaluate(() => window.heard), []);
  },

  "leads the app's window to a page of its own: that one has no opener": async ({
    page,
    popup,
  }) => {
    const trap = actors.evil.page(
      `<script>window.tried = String(window.opener);
      try { opener.location = '${actors.evil.url}/phish'; } catch {}</script>`,
    );
    actors.idp.more.authorization = () => ({ status: 302, headers: { location: trap } });
    await clickPopup(page, at('idp', { popupRedirectUri: `${world.app}/popup.html` }));
    const window = await popup();
    await until(async () => (await window.url()) === trap);
    assert.equal(await window.evaluate(() => window.tried), 'null');
    assert.equal(await page.url(), `${world.app}/`);
    assert.ok(!actors.evil.heard().includes('/phish'));
  },

  "opens the package's popup.html with a code and a guessed state: nobody listens": async ({
    page: evil,
    open,
  }) => {
    const page = await open();
    await run(page, makeClient, at('idp'));
    await evil.goto(
      actors.evil.page(`<button>Open</button><script>
        document.querySelector('button').onclick = () => {
          open('${world.app}/popup.html?code=bobs&state=guessed');
          open('${world.app}/popup.html?state=%22%3E%3Cscript%3Eopener.pwned=1%3C/script%3E');
        };
      </script>`),
    );
    await evil.click('button');
    await wait(page, 300);
    await assertNobody(page);
    assert.equal(tokenRequests(), 0);
    assert.ok(!(await evil.evaluate(() => window.pwned)));
  },

  'posts a response to the redirect URI by a form: nobody is signed in': async ({ open }) => {
    const evil = await open(
      actors.evil.page(`<form method="post" action="${landing('')}">
        <input name="code" value="${await bobsCode()}"><input name="state" value="bobs-state">
        <button>Win!</button></form>`),
    );
    await evil.click('button');
    await until(async () => (await evil.url()).startsWith(world.app));
    assertRefused(await callback(evil, at('idp')));
    assert.equal(tokenRequests(), 0);
    await assertNobody(evil);
  },

  'has a silent authorization of the user land in its own frame: the code is nobody’s': async ({
    page,
    open,
  }) => {
    const tokens = await signInAt(page, at('idp'));
    const url = new URL(await authorizeUrl(page, at('idp')));
    url.searchParams.set('state', 'evils');
    url.searchParams.set('code_challenge', 'y'.repeat(43));
    url.searchParams.set('prompt', 'none');
    const before = tokenRequests();
    const evil = await open(framing(url.href.replaceAll('&', '&amp;')));
    await until(() =>
      actors.idp.requestsTo('authorize').some(({ params }) => params.state === 'evils'),
    );
    await wait(evil, 200);
    const read = await evil.evaluate(() => {
      try {
        return frames[0].location.href;
      } catch (error) {
        return error.name;
      }
    });
    assert.equal(read, 'SecurityError');
    assert.equal(tokenRequests(), before);
    await assertAlice(page, tokens);
  },

  'watches where a window of the app goes, and reads its address: nothing': async ({
    page: evil,
    popup,
  }) => {
    await evil.goto(
      actors.evil.page(`<button>Open</button><script>
        window.seen = [];
        document.querySelector('button').onclick = () => {
          const victim = open('${world.app}');
          setInterval(() => {
            try { window.seen.push(victim.location.href); } catch {}
            try { window.seen.push(victim.document.URL); } catch {}
          }, 5);
        };
      </script>`),
    );
    await evil.click('button');
    const victim = await popup();
    await until(async () => (await victim.url()).startsWith(world.app));
    await signInAt(victim, at('idp'));
    const seen = await evil.evaluate(() => window.seen);
    assert.deepEqual(
      seen.filter((url) => url !== 'about:blank'),
      [],
    );
  },

  'is asked for an image after the sign-in: no address it is told has a code (Referer)': async ({
    page,
  }) => {
    await page.goto(await authorizeUrl(page, at('idp')));
    await callback(page, at('idp'));
    await page.evaluate((url) => {
      const meta = document.createElement('meta');
      Object.assign(meta, { name: 'referrer', content: 'unsafe-url' });
      document.head.append(meta);
      return new Promise((resolve) => {
        const image = new Image();
        image.onload = image.onerror = () => resolve();
        image.src = `${url}/image`;
      });
    }, actors.evil.url);
    const [{ headers }] = actors.evil.requests;
    assert.ok(headers.referer.startsWith(world.app), 'it was told an address');
    assert.doesNotMatch(actors.evil.heard(), /code=|state=/);
  },
};

/** What a frame's ancestor may do: lead the hidden frame of the app that it shows to where it likes. */
const misleading = (calls, fragment) => async (stage) => {
  const { app, evil } = await inFrame(stage.open);
  const code = await bobsCode();
  // Browsers may keep its storage from a frame of another site.
  const makeHere = async ({ oidc }, config) => {
    window.client = await oidc({ config, storage: { type: 'memory' } });
    const { code, state, iss } = await window.client.authorize.background();
    return (await window.client.token.exchange(code, state, { iss })).error;
  };
  const settings = at('idp', { backgroundRedirectUri: `${world.app}/callback.html` });
  assert.equal(await run(app, makeHere, settings), undefined);
  actors.idp.requests = [];
  actors.idp.more.authorization = (response) =>
    new Promise((resolve) => setTimeout(resolve, 800, response));
  await begin(app, calls);
  await until(() => actors.idp.requestsTo('authorize').length > 0).catch(async () => {
    throw new Error(JSON.stringify(await ended(app)));
  });
  await evil.evaluate(
    (url) => {
      frames[0].frames[0].location = url;
    },
    `${world.app}/callback.html${fragment(code)}`,
  );
  return { result: await ended(app), code };
};

export const CHROMIUM = {
  ...pick(forged, (name) => !IN_ALL.test(name)),

  'links to the page after the sign-out, with a state and without: nothing is lost': async ({
    page,
  }) => {
    const tokens = await signInAt(page, at('idp'));
    for (const query of ['', '?state=x', '?state=']) {
      await page.goto(`${world.app}/signed-out.html${query}`);
      await run(
        page,
        makeClient,
        at('idp', { signOutRedirectUri: `${world.app}/signed-out.html` }),
      );
      await assertAlice(page, tokens);
    }
  },

  "leads the hidden frame of an app that it shows to the attacker's code: not taken (A8)": async (
    stage,
  ) => {
    const { result, code } = await misleading(
      () => window.client.authorize.background(),
      (code) => `?code=${code}&state=guessed&iss=${encodeURIComponent(actors.idp.issuer)}`,
    )(stage);
    assert.notEqual(result.code, code);
    assert.equal(tokenRequests(), 0);
  },

  'leads the frame of a session check to a code, an error or nothing: it proves nothing (A8)':
    async (stage) => {
      for (const fragment of [
        '?code=x',
        '#error=login_required',
        '?error=login_required&state=x',
      ]) {
        const { result } = await misleading(
          () => window.client.user.session(),
          () => fragment,
        )(stage);
        assertRefused(result);
        assert.notEqual(result.code, 'login_required', fragment);
        actors.idp.reset();
      }
    },

  'counts the frames of a window of the app: with the documented policy it has no handle (A22)':
    async ({ open, popup }) => {
      host.headers = { 'cross-origin-opener-policy': 'same-origin' };
      const evil = await open(
        actors.evil.page(`<button>Open</button><script>
          document.querySelector('button').onclick = () => { window.victim = open('${world.app}'); };
        </script>`),
      );
      await evil.click('button');
      const victim = await popup();
      await until(async () => (await victim.url()).startsWith(world.app));
      await until(() => evil.evaluate(() => window.victim.closed));
      await begin(
        victim,
        async ({ oidc }, config) => {
          const client = await oidc({ config });
          return client.authorize.background();
        },
        at('idp'),
      );
      assert.equal(await evil.evaluate(() => window.victim.length), 0);
      assert.ok((await ended(victim)).state);
      // The window of authorize.popup() reports back all the same.
      await clickPopup(victim, at('idp', { popupRedirectUri: `${world.app}/popup.html` }));
      assert.ok((await outcome(victim)).accessToken);
    },

  'sends requests with the user’s cookies to AM: it can read none of the answers': async ({
    page,
    open,
  }) => {
    await signIn(page);
    const evil = await open(actors.evil.page(''));
    const read = await evil.evaluate(async (am) => {
      const answers = [];
      for (const [path, method] of [
        ['/json/realms/root/sessions/?_action=getSessionInfo', 'POST'],
        ['/json/realms/root/authenticate', 'POST'],
        ['/oauth2/realms/root/access_token', 'POST'],
        ['/oauth2/realms/root/userinfo', 'GET'],
      ]) {
        const options = { method, credentials: 'include' };
        const answer = await fetch(`${am}/am${path}`, options).catch((error) => error.name);
        answers.push(answer);
      }
      return answers;
    }, world.provider);
    assert.deepEqual(read, Array(4).fill('TypeError'));
  },

  'puts parameters into the address of any page of the app: nothing of it is stored': async ({
    page,
  }) => {
    const before = await storage(page);
    for (const query of [
      '?code=a&state=b',
      '#id_token=a.b.c&state=b',
      '?error=x&state=b',
      '?iss=x',
    ]) {
      await page.goto(`${world.app}/basket${query}`);
      await run(page, makeClient, at('idp'));
      assert.equal(await page.url(), `${world.app}/basket${query}`, 'left alone');
      await assertNobody(page);
    }
    assert.deepEqual(Object.keys(before), []);
    assert.equal(tokenRequests(), 0);
  },
};
