/**
 * Class 9: the development server and the demo server, which run on the machine of a developer whose
 * browser also shows pages of others.
 */
import assert from 'node:assert/strict';
import { request } from 'node:http';
import { until } from '../e2e/oidc-support.js';
import { CLIENT_ID, signIn, world } from '../e2e/support.js';
import { actors } from './stage.js';

/** The two, by name: where each is. */
const SERVERS = {
  'the development server': () => world.provider,
  'the demo server': () => actors.demo.url,
};

/** Asks as no browser would: the path and the headers as they are. */
function ask(origin, path, { method = 'GET', headers = {}, body = '' } = {}) {
  const { port, host } = new URL(origin);
  const options = { host: '127.0.0.1', port, path, method, headers: { host, ...headers } };
  return new Promise((resolve, reject) => {
    const sent = request(options, async (response) => {
      const text = Buffer.concat(await response.toArray()).toString();
      resolve({ status: response.statusCode, headers: response.headers, text });
    });
    sent.once('error', reject);
    sent.end(body);
  });
}

const lives = async (origin) => {
  const path = origin === world.provider ? '/am/json/realms/root/serverinfo/*' : '/';
  assert.equal((await ask(origin, path)).status, 200, 'it lives');
};

/** In a page of another site: what it can read of addresses, without and with cookies. */
const readAll = (urls) =>
  Promise.all(
    urls.flatMap((url) =>
      ['omit', 'include'].map((credentials) =>
        fetch(url, { credentials }).then(
          (response) => response.text(),
          () => 'nothing',
        ),
      ),
    ),
  );

const rebinding = Object.fromEntries(
  Object.entries(SERVERS).map(([name, origin]) => [
    `DNS rebinding: ${name} answers no foreign host (A19)`,
    async () => {
      for (const host of [
        'evil.example',
        'app.evil.example:80',
        'localhost.evil.example',
        '0.0.0.0',
      ]) {
        for (const path of ['/', '/config.json', '/test/secrets']) {
          assert.equal((await ask(origin(), path, { headers: { host } })).status, 421, host + path);
        }
      }
      await lives(origin());
    },
  ]),
);

const unreadable = Object.fromEntries(
  Object.entries(SERVERS).map(([name, origin]) => [
    `a page of another site sends ${name} what can't be read: it lives (A19)`,
    async ({ open }) => {
      const evil = await open(actors.evil.page(''));
      await evil.evaluate(async (origin) => {
        for (const path of [
          '//[',
          '//',
          '//evil.example/',
          '/%',
          '/%00',
          '/%ff',
          '/..%2f..%2f',
          '/\\',
        ]) {
          for (const method of ['GET', 'POST']) {
            await fetch(origin + path, { mode: 'no-cors', method }).catch(() => {});
          }
        }
      }, origin());
      await lives(origin());
    },
  ]),
);

/** Paths that would lead out of what the demo server serves. */
const PATHS = [
  '/../package.json',
  '/%2e%2e/package.json',
  '/..%2fpackage.json',
  '/..%5cpackage.json',
  '/pkg/../package.json',
  '/pkg/%2e%2e/package.json',
  '/pkg/..%2f..%2fpackage.json',
  '/pkg/%2e%2e%2f%2e%2e%2fetc/passwd',
  '/pkg//etc/passwd',
  '/assets/..%2fserve.js',
  '/serve.js',
  '/server/am.js',
  '/server/keys.js',
  '/vendor/uqr.js/../../package.json',
  '/vendor/%2e%2e/package.json',
  '/index.html%00.js',
  '/.git/config',
  '/pkg/.npmrc',
  '/pkg/wasm/../../Cargo.toml',
];

const SCRIPT = '<script>window.pwned=1</script><img src=x onerror="window.pwned=1">';
const encoded = encodeURIComponent(SCRIPT);
const quoted = encodeURIComponent(`"><svg onload=window.pwned=1>`);

/** Addresses of the development server that take something from whoever asks. */
const REFLECTIONS = () => [
  `/am/oauth2/realms/root/authorize?client_id=${encoded}`,
  `/am/oauth2/realms/root/authorize?client_id=${CLIENT_ID}&redirect_uri=${encoded}`,
  `/am/oauth2/realms/root/authorize?client_id=${CLIENT_ID}&response_type=${encoded}&redirect_uri=${encodeURIComponent(`${world.app}/callback.html`)}`,
  `/am/oauth2/realms/root/connect/endSession?post_logout_redirect_uri=${encoded}&state=${encoded}&client_id=${encoded}`,
  `/am/oauth2/realms/root/${encoded}`,
  `/am/interaction/${encoded}?realm=${encoded}`,
  `/am/json/realms/root/authenticate?authIndexType=service&authIndexValue=${encoded}`,
  `/idp/authorize?client_id=${encoded}&redirect_uri=${encoded}`,
  `/idp/saml?SAMLRequest=${encoded}&RelayState=${quoted}`,
  `/am/XUI/?realm=${encoded}&goto=javascript:window.pwned=1`,
  `/${encoded}`,
];

export const CHROMIUM = {
  ...rebinding,
  ...unreadable,

  'a page of another site reads secrets, settings and requests: nothing': async ({
    page,
    open,
  }) => {
    const session = await signIn(page);
    const evil = await open(actors.evil.page(''));
    const urls = [
      ...['secrets', 'requests', 'mails', 'failures', 'faults'].map(
        (path) => `${world.provider}/test/${path}`,
      ),
      `${world.provider}/am/json/realms/root/sessions/?_action=getSessionInfo`,
      `${actors.demo.url}/config.json`,
      `${actors.demo.url}/`,
    ];
    const read = await evil.evaluate(readAll, urls);
    assert.deepEqual([...new Set(read)], ['nothing']);
    assert.ok(!JSON.stringify(read).includes(session));
  },

  'a page of another site steers the development server in test mode: it does not obey': async ({
    page,
    open,
  }) => {
    const session = await signIn(page);
    const evil = await open(actors.evil.page(''));
    await evil.evaluate(async (provider) => {
      for (const [path, body] of [
        ['/test/failures', '{"match":"/authorize","times":-1,"status":500}'],
        ['/test/faults', '{"name":"cors-star","value":true}'],
        ['/test/clients', '{"client_id":"evil","redirect_uris":["http://evil.localhost/cb"]}'],
        ['/test/reset', ''],
      ]) {
        await fetch(provider + path, { method: 'POST', mode: 'no-cors', body }).catch(() => {});
      }
    }, world.provider);
    assert.deepEqual(world.server.control.failures(), []);
    assert.deepEqual(await world.server.control.session(session), { active: true });
  },

  'paths that lead out of the demo server: not served': async () => {
    for (const path of PATHS) {
      const { status, text } = await ask(actors.demo.url, path);
      const inside = /"name": "journey-oidc"|root:|\[package\]|createServer|\[core\]/.test(text);
      assert.ok(!inside, `${path}: ${status} ${text.slice(0, 80)}`);
    }
    await lives(actors.demo.url);
  },

  'scripts in parameters: in no page of the development server': async ({ page }) => {
    for (const path of REFLECTIONS()) {
      const { text, headers } = await ask(world.provider, path);
      const isPage = (headers['content-type'] ?? '').includes('html');
      assert.ok(
        !isPage || !/<script>window|<img src=x|<svg onload/.test(text),
        `${path}: ${text.slice(0, 400)}`,
      );
      await page.goto(world.provider + path).catch(() => {});
      assert.equal(await page.evaluate(() => window.pwned), undefined, path);
    }
  },

  'steps with scripts in every text: the demo page shows them as texts': async ({ open }) => {
    await world.server.control.setClient({ client_id: CLIENT_ID, origins: [actors.demo.url] });
    const output = (values) => Object.entries(values).map(([name, value]) => ({ name, value }));
    const input = [{ name: 'IDToken1', value: SCRIPT }];
    const texts = {
      prompt: SCRIPT,
      message: SCRIPT,
      choices: [SCRIPT],
      defaultChoice: 0,
      options: [SCRIPT],
      defaultOption: 0,
      messageType: 0,
      terms: SCRIPT,
      version: SCRIPT,
      name: SCRIPT,
      defaultText: SCRIPT,
      policies: { policyRequirements: [SCRIPT] },
      failedPolicies: [],
      validateOnly: false,
      required: true,
      value: '',
      predefinedQuestions: [SCRIPT],
      waitTime: '60000',
      provider: SCRIPT,
      providers: [
        {
          provider: SCRIPT,
          uiConfig: { buttonDisplayName: SCRIPT, buttonImage: 'javascript:window.pwned=1' },
        },
      ],
      recaptchaSiteKey: SCRIPT,
      id: SCRIPT,
    };
    const types = [
      'NameCallback',
      'PasswordCallback',
      'ChoiceCallback',
      'ConfirmationCallback',
      'TextInputCallback',
      'TextOutputCallback',
      'SuspendedTextOutputCallback',
      'StringAttributeInputCallback',
      'ValidatedCreateUsernameCallback',
      'ValidatedCreatePasswordCallback',
      'KbaCreateCallback',
      'TermsAndConditionsCallback',
      'SelectIdPCallback',
      'PollingWaitCallback',
      'BooleanAttributeInputCallback',
      'HiddenValueCallback',
      SCRIPT,
    ];
    // All at once, and each type that the page has no field for by itself.
    const callbacks = types.map((type) => ({ type, output: output(texts), input }));
    for (const shown of [callbacks.slice(0, -1), callbacks.slice(-1)]) {
      const body = {
        authId: 'a',
        header: SCRIPT,
        description: SCRIPT,
        stage: SCRIPT,
        callbacks: shown,
      };
      world.server.control.fail({ match: '/authenticate', method: 'POST', body });
      const page = await open(actors.demo.url);
      await until(() => page.evaluate(() => document.body.innerText.includes('window.pwned')));
      await page.waitForTimeout(200);
      assert.equal(await page.evaluate(() => window.pwned), undefined);
      assert.equal(await page.locator('img[src="x"], svg[onload]').count(), 0);
    }
  },

  'an address with another server in it: the demo page asks its own': async ({ open }) => {
    await world.server.control.setClient({ client_id: CLIENT_ID, origins: [actors.demo.url] });
    const evil = encodeURIComponent(actors.evil.url);
    for (const query of [
      `?serverUrl=${evil}&wellknown=${evil}`,
      `#serverUrl=${evil}`,
      `?goto=${evil}`,
    ]) {
      const page = await open(`${actors.demo.url}/${query}`);
      await page.getByLabel('User Name').waitFor();
      assert.ok(page.url().startsWith(actors.demo.url));
      await page.close();
    }
    assert.equal(actors.evil.heard(), '');
  },

  'redirects to addresses that nobody registered: none': async () => {
    const evil = encodeURIComponent(`${actors.evil.url}/cb`);
    const oauth = '/am/oauth2/realms/root';
    for (const path of [
      `${oauth}/authorize?client_id=${CLIENT_ID}&response_type=code&scope=openid&state=s&redirect_uri=${evil}`,
      `${oauth}/authorize?client_id=${CLIENT_ID}&response_type=code&scope=openid&state=s&prompt=none&redirect_uri=${encodeURIComponent(`${world.app}/callback.html.evil`)}`,
      `${oauth}/authorize?client_id=nobody&response_type=code&redirect_uri=${evil}`,
      `${oauth}/connect/endSession?client_id=${CLIENT_ID}&post_logout_redirect_uri=${evil}`,
      `/idp/authorize?client_id=x&response_type=code&redirect_uri=${evil}`,
      `//evil.localhost/`,
    ]) {
      const { headers } = await ask(world.provider, path);
      assert.ok(!(headers.location ?? '').startsWith(actors.evil.url), path);
    }
  },

  'names of every object in the place of names: refused, and it lives': async () => {
    for (const name of [
      '__proto__',
      'constructor',
      'toString',
      'hasOwnProperty',
      '..',
      '%2e%2e%2fpackage',
    ]) {
      for (const path of [
        `/am/json/realms/root/authenticate?authIndexType=service&authIndexValue=${name}`,
        `/am/json/realms/${name}/authenticate`,
        `/am/oauth2/realms/${name}/.well-known/openid-configuration`,
        `/test/${name}`,
      ]) {
        const { status } = await ask(world.provider, path, { method: 'POST', body: '{}' });
        assert.ok(status >= 400 && status < 500, `${path}: ${status}`);
      }
    }
    assert.equal({}.pwned, undefined);
    await lives(world.provider);
  },

  'bodies that pollute, nest or never fit: refused, and it lives': async () => {
    const path = '/am/json/realms/root/authenticate';
    const headers = { 'content-type': 'application/json' };
    for (const body of [
      '{"__proto__":{"pwned":1},"authId":"x","callbacks":[]}',
      `{"authId":${'['.repeat(200_000)}${']'.repeat(200_000)}}`,
      '{"authId":{"length":-1},"callbacks":{"length":1e9}}',
      '[]',
      'null',
      '{',
      '\u0000',
    ]) {
      const { status } = await ask(world.provider, path, { method: 'POST', headers, body });
      assert.ok(status >= 200 && status < 500, `${body.slice(0, 40)}: ${status}`);
    }
    assert.equal({}.pwned, undefined);
    await lives(world.provider);
  },

  'the session’s cookie: out of reach of scripts, and of requests of other sites': async ({
    page,
  }) => {
    await signIn(page);
    const cookies = await page.context().cookies(world.provider);
    assert.ok(cookies.length > 0);
    for (const { name, httpOnly, sameSite } of cookies) {
      assert.ok(httpOnly, `${name} is httpOnly`);
      assert.notEqual(sameSite, 'None', name);
    }
  },
};
