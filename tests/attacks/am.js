/**
 * Class 3: an AM that is hostile, or that is one of two: what its steps say, where they lead, and what
 * comes back by the address.
 */
import assert from 'node:assert/strict';
import { run, signIn, world } from '../e2e/support.js';
import { asAm } from './site.js';
import { actors, assertRefused, atOtherAm, wait } from './stage.js';

const PASSWORD = 's3cret-of-alice';

/** Lets the other AM answer every step of a journey by this; returns what a client of it is made with. */
function answering(body, metadata) {
  const { otherAm } = actors;
  otherAm.answer = asAm(otherAm, typeof body === 'function' ? body : () => body, metadata);
  return atOtherAm();
}

const callbacks = (...list) => ({ authId: 'an.auth.id', callbacks: list });

const redirectStep = (url, more = []) =>
  callbacks({
    type: 'RedirectCallback',
    output: [{ name: 'redirectUrl', value: url }, ...more],
    input: [],
  });

/** In the page: begins a journey, and leaves by its redirect. */
const leave = async ({ journey }, config) => {
  const client = await journey({ config });
  const step = await client.start();
  if ('error' in step) return step;
  try {
    return (await client.redirect(step)) ?? 'went';
  } catch (error) {
    return { error: error.message, code: error.code ?? 'thrown', message: error.message };
  }
};

/** Addresses that run a script, or show a page that somebody else has written, where they are gone to. */
const SCRIPTS = {
  'a script': 'javascript:window.pwned=1',
  'a script in mixed case': 'JaVaScRiPt:window.pwned=1',
  'a script after a space': '  javascript:window.pwned=1',
  'a script after a control character': '\u0001javascript:window.pwned=1',
  'a script with a tab in it': 'java\tscript:window.pwned=1',
  'a script with a line break in it': 'java\r\nscript:window.pwned=1',
  'a script that looks like a host': 'javascript://app.example/%0Awindow.pwned=1',
  'a script of another language': 'vbscript:window.pwned=1',
  'a page in its address': 'data:text/html,<script>window.pwned=1</script>',
  'a page of a blob': 'blob:null/0000',
  'a view of the source': 'view-source:http://evil.localhost/',
  'a file': 'file:///etc/passwd',
};

const scripts = Object.fromEntries(
  Object.entries(SCRIPTS).map(([what, url]) => [
    `leads to ${what}: the page stays, and no script runs`,
    async ({ page }) => {
      for (const more of [
        [],
        [
          { name: 'redirectMethod', value: 'POST' },
          { name: 'redirectData', value: { a: 'b' } },
        ],
      ]) {
        assertRefused(await run(page, leave, answering(redirectStep(url, more))));
        await wait(page, 50);
        assert.equal(await page.url(), `${world.app}/`);
        assert.ok(!(await page.evaluate(() => window.pwned)));
      }
    },
  ]),
);

// ------------------------------------------------------------------------------------------ Returns

/** In the page: leaves a journey in thought, and comes back by each of the addresses. */
const comeBack = async ({ journey }, { config, urls }) => {
  const client = await journey({ config });
  const left = await client.redirect(await client.start(), { navigate: false });
  const results = [];
  for (const url of urls) {
    results.push(
      await client.resume(url).then(
        (step) => step.type ?? step.code,
        (error) => error.code ?? error.message,
      ),
    );
  }
  return { left, results };
};

/** Addresses that a stranger has made, while a step waits that was kept with the state `mine`. */
const FORGED = {
  'a code without the state that was kept': '?code=evil',
  'a code with another state': '?code=evil&state=other',
  'a code with an empty state': '?code=evil&state=',
  'a code with two states': '?code=evil&state=mine&state=other',
  'an error without the state that was kept': '?error=access_denied',
  'an error with another state': '?error=access_denied&state=other',
  'a form entry with another state': '?form_post_entry=evil&state=other',
  'a response key with another state': '?responsekey=evil&state=other',
};

const returns = Object.fromEntries(
  Object.entries(FORGED).map(([what, query]) => [
    `is given ${what}: the kept step is not gone on with (A13)`,
    async ({ page }) => {
      const settings = answering(
        redirectStep('https://social.example/authorize?client_id=x&state=mine'),
      );
      const steps = () => actors.otherAm.requests.filter(({ body }) => body.includes('authId'));
      // It is refused, or begins a journey anew.
      await run(page, comeBack, { config: settings, urls: [`${world.app}/${query}`] });
      assert.deepEqual(steps(), [], 'nothing of the stranger’s is sent to AM');
      // The user's own response is still good.
      const own = await run(
        page,
        async ({ journey }, { config, url }) =>
          (await (await journey({ config })).resume(url)).type,
        { config: settings, url: `${world.app}/?code=mine&state=mine` },
      ).catch((error) => error.message);
      assert.equal(own, 'Step');
    },
  ]),
);

// -------------------------------------------------------------------------------------------- Steps

const POLLUTION = '{"__proto__":{"pwned":1},"constructor":{"prototype":{"pwned":1}},';

/** Answers that are no steps, or only look like some. */
const STEPS = {
  'that pollutes prototypes': `${POLLUTION}"authId":"a","callbacks":[{"type":"NameCallback","__proto__":{"pwned":1},"output":[],"input":[]}]}`,
  'with a type that is a member of every object': JSON.stringify(
    callbacks(
      { type: '__proto__', output: [], input: [] },
      { type: 'constructor', output: [], input: [] },
    ),
  ),
  'whose callbacks are an object': '{"authId":"a","callbacks":{"length":1e9}}',
  'whose inputs are numbers':
    '{"authId":"a","callbacks":[{"type":"NameCallback","output":7,"input":[null,7,"x"]}]}',
  'whose callback is nothing': '{"authId":"a","callbacks":[null]}',
  'nested too deeply': `{"authId":"a","callbacks":${'['.repeat(100_000)}${']'.repeat(100_000)}}`,
  'with a session token that is an object':
    '{"tokenId":{"toString":"x"},"successUrl":7,"realm":[]}',
  'that is a page': '<html><script>window.pwned=1</script>',
};

const steps = Object.fromEntries(
  Object.entries(STEPS).map(([what, body]) => [
    `answers a step ${what}: the page lives, and is as it was`,
    async ({ page }) => {
      const settings = answering(body);
      await run(
        page,
        async ({ journey }, config) => {
          const client = await journey({ config });
          const step = await client.start();
          if (step.type !== 'Step') return step.type ?? step.code;
          for (const callback of step.callbacks ?? []) callback?.getType?.();
          return (await client.next(step)).code;
        },
        settings,
      ).catch(() => {});
      assert.ok(!(await page.evaluate(() => ({}).pwned)));
      assert.ok(!(await page.evaluate(() => window.pwned)));
      assert.ok(await signIn(page), 'the honest AM of the same page works');
    },
  ]),
);

// ------------------------------------------------------------------------------------------ Sessions

/** In the page: goes through the login of an AM. */
const login = async ({ journey }, config) => {
  const client = await journey({ config });
  let step = await client.start();
  if (step.type === 'Step') {
    step.getCallbackOfType('NameCallback').setName('alice');
    step = await client.next(step);
  }
  return step.getSessionToken?.() ?? step;
};

/** In the page: asks and ends the session at an AM. */
const endSession = async ({ journey }, config) => {
  const client = await journey({ config });
  return [await client.session?.info?.(), await client.terminate()];
};

export const EVERYWHERE = {
  'leads to scripts of every kind: the page stays, and none runs': async ({ page }) => {
    for (const url of Object.values(SCRIPTS)) {
      assertRefused(await run(page, leave, answering(redirectStep(url))));
      assert.ok(!(await page.evaluate(() => window.pwned)), url);
      assert.equal(await page.url(), `${world.app}/`, url);
    }
  },
};

export const CHROMIUM = {
  ...scripts,
  ...returns,
  ...steps,

  'sends a script as a text: it is a text': async ({ page }) => {
    const settings = answering(
      callbacks({
        type: 'TextOutputCallback',
        output: [
          { name: 'message', value: 'window.pwned = 1; document.body.innerHTML = "x"' },
          { name: 'messageType', value: '4' },
        ],
        input: [],
      }),
    );
    await run(
      page,
      async ({ journey }, config) => {
        const client = await journey({ config });
        const step = await client.start();
        step.getCallbackOfType('TextOutputCallback').getMessage();
        await client.next(step);
      },
      settings,
    );
    assert.ok(!(await page.evaluate(() => window.pwned)));
  },

  'redirects the password to another origin: it does not follow': async ({ page }) => {
    let asked = 0;
    const settings = answering(() => {
      asked += 1;
      return asked === 1
        ? callbacks({
            type: 'PasswordCallback',
            output: [],
            input: [{ name: 'IDToken1', value: '' }],
          })
        : undefined;
    });
    const { answer } = actors.otherAm;
    actors.otherAm.answer = (call) =>
      call.body.includes(PASSWORD)
        ? { status: 307, headers: { location: `${actors.evil.url}/collect` } }
        : answer(call);
    const result = await run(
      page,
      async ({ journey }, { config, password }) => {
        const client = await journey({ config });
        const step = await client.start();
        step.setCallbackValue('PasswordCallback', password);
        return client.next(step);
      },
      { config: settings, password: PASSWORD },
    );
    assertRefused(result);
    assert.ok(!actors.evil.heard().includes(PASSWORD));
  },

  'lets wait for a billion seconds, or for none: neither stalls nor storms (A17)': async ({
    page,
  }) => {
    /** Polls a step with this `waitTime`; what AM was asked meanwhile. */
    const poll = async (waitTime, milliseconds) => {
      const config = answering(
        callbacks({
          type: 'PollingWaitCallback',
          output: [{ name: 'waitTime', value: waitTime }],
          input: [],
        }),
      );
      actors.otherAm.requests = [];
      await run(
        page,
        async ({ journey }, { config, milliseconds }) => {
          const client = await journey({ config });
          const step = await client.start();
          await client.poll(step, { signal: AbortSignal.timeout(milliseconds) });
        },
        { config, milliseconds },
      ).catch(() => {});
      return actors.otherAm.requests;
    };
    for (const waitTime of ['0.001', '-1', '0', 'NaN', '1e-9']) {
      const asked = (await poll(waitTime, 1000)).length;
      assert.ok(asked <= 14, `${asked} requests in a second, waitTime ${waitTime}`);
    }
    for (const waitTime of ['2147483648', '1e300']) {
      const steps = (await poll(waitTime, 500)).filter(({ body }) => body.includes('authId'));
      assert.equal(steps.length, 0, `waitTime ${waitTime} is no time of now`);
    }
  },

  'is beside another one on its host: neither is told the other’s session (A12)': async ({
    page,
  }) => {
    answering(undefined);
    const at = (context) => atOtherAm(context, { session: { cookieName: 'x-session' } });
    const one = await run(page, login, at('am1'));
    assert.equal(one, 'session-am1');
    actors.otherAm.requests = [];
    await run(page, endSession, at('am2'));
    assert.ok(!actors.otherAm.heard().includes('session-am1'), 'told to the other');
    const two = await run(page, login, at('am2'));
    assert.equal(two, 'session-am2');
    actors.otherAm.requests = [];
    await run(page, endSession, at('am1'));
    const heard = actors.otherAm.requests.filter(({ path }) => path.startsWith('/am1/'));
    assert.ok(!JSON.stringify(heard).includes('session-am2'));
    assert.ok(JSON.stringify(heard).includes('session-am1'), 'its own is still there');
  },

  'is on another host: it is not told the session of the first': async ({ page }) => {
    const session = await signIn(page);
    answering(undefined);
    await run(page, endSession, atOtherAm());
    await run(page, login, atOtherAm());
    assert.ok(!actors.otherAm.heard().includes(session));
    assert.deepEqual(await world.server.control.session(session), { active: true });
  },

  'names the honest AM’s issuer: no client is made of it': async ({ page }) => {
    const issuer = `${world.provider}/am/oauth2/realms/root`;
    const settings = answering(undefined, { issuer });
    const result = await run(
      page,
      async ({ journey }, config) =>
        journey({ config }).then(
          () => 'a client',
          (error) => error.code ?? error.message,
        ),
      settings,
    );
    assert.notEqual(result, 'a client');
    assert.ok(!actors.otherAm.requests.some(({ method }) => method === 'POST'));
  },

  'names the other realm’s issuer on its own origin: no client is made of it (A6)': async ({
    page,
  }) => {
    const settings = answering(undefined, {
      issuer: `${actors.otherAm.url}/am/oauth2/realms/root/realms/alpha`,
    });
    const failure = await run(
      page,
      async ({ oidc }, config) => (await oidc({ config })).code,
      settings,
    );
    assert.equal(failure, 'discovery_issuer_mismatch');
  },

  'gives a session token with line breaks: it is in no header': async ({ page }) => {
    const settings = answering({ tokenId: 'x\r\nx-injected: 1', successUrl: '/', realm: '/' });
    const more = { ...settings, session: { type: 'memory', cookieName: 'iPlanetDirectoryPro' } };
    await run(
      page,
      async ({ journey }, config) => {
        const client = await journey({ config });
        await client.start();
        await client.start();
        return client.terminate();
      },
      more,
    ).catch(() => {});
    assert.ok(actors.otherAm.requests.every(({ headers }) => !('x-injected' in headers)));
  },

  'says a success whose address is a script: it is not gone to': async ({ page }) => {
    const settings = answering({
      tokenId: 't',
      successUrl: 'javascript:window.pwned=1',
      realm: '/',
    });
    await run(page, async ({ journey }, config) => (await journey({ config })).start(), settings);
    await wait(page, 50);
    assert.ok(!(await page.evaluate(() => window.pwned)));
    assert.equal(await page.url(), `${world.app}/`);
  },

  'never ends a step: the page can leave it, and begin another': async ({ page }) => {
    const settings = answering(undefined);
    const { answer } = actors.otherAm;
    actors.otherAm.answer = (call) =>
      call.path.endsWith('/authenticate') ? new Promise(() => {}) : answer(call);
    const result = await run(
      page,
      async ({ journey }, config) => {
        const client = await journey({ config });
        return client.start({ signal: AbortSignal.timeout(300) });
      },
      settings,
    );
    assertRefused(result, 'aborted');
    actors.otherAm.answer = answer;
    assert.equal(await run(page, login, settings), 'session-am');
  },

  'is asked by a page of another site by a form: AM takes no login from it': async ({ open }) => {
    const evil = await open(actors.evil.page(''));
    await evil.evaluate((am) => {
      const options = { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{}' };
      return fetch(`${am}/am/json/realms/root/authenticate`, options).catch(() => {});
    }, world.provider);
    const cookies = await evil.context().cookies(world.provider);
    assert.deepEqual(
      cookies.filter(({ name }) => name === 'iPlanetDirectoryPro'),
      [],
    );
  },
};
