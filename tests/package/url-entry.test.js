/** `journey-oidc/url`: the same package, with the WebAssembly as a file of its own. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { config, openApp, useWorld as provideWorld, signIn, wellknown } from '../e2e/support.js';

provideWorld();

const WASM = '/pkg/wasm/core.wasm';
const SECOND = '/pkg/wasm/oidc.wasm';

/** Runs a function in the page with the exports of `/url`, and one argument. */
function run(page, body, argument) {
  const call = `(async (argument) => (${body})(await import('/pkg/url.js'), argument))`;
  return page.evaluate(`${call}(${JSON.stringify(argument)})`);
}

const create = async ({ oidc }, config) => (await oidc({ config })).code ?? 'a client';

/** The names of the package's files that the page has fetched. */
function fetched(page) {
  return page.evaluate(() =>
    performance.getEntriesByType('resource').map(({ name }) => new URL(name).pathname),
  );
}

/** Answers the request for the wasm: with `options`, or as the server does with `headers` beside. */
function serveWasm(page, options) {
  return page.route(`**${WASM}`, async (route) => {
    if (options.abort) return route.abort();
    const response = await route.fetch();
    return route.fulfill({ response, ...options, headers: { ...options.headers } });
  });
}

/** What `init()` and every factory make of a failed load. */
const failures = async ({ init, oidc, journey, journeyClient }, config) => [
  await init(),
  await oidc({ config }),
  await journey({ config }).catch((error) => ({ ...error, thrown: error instanceof Error })),
  await journeyClient.configure({ config }),
];

async function assertFailure(page, code, message) {
  const [own, resolved, thrown, configured] = await run(page, failures, config());
  assert.equal(own?.code, code);
  assert.match(own.message, message);
  assert.deepEqual(resolved, own);
  assert.deepEqual(configured, own);
  assert.equal(thrown.thrown, true);
  assert.equal(thrown.code, code);
}

test('signs in with the file beside it, compiled while it arrives; nothing inline', async (t) => {
  const page = await openApp(t, {
    init: () => {
      window.streamed = 0;
      const { compileStreaming } = WebAssembly;
      WebAssembly.compileStreaming = (source) => {
        window.streamed += 1;
        return compileStreaming(source);
      };
    },
  });
  await run(page, (sdk) => Object.keys(sdk));
  assert.ok(!(await fetched(page)).includes(WASM), 'nothing at import');
  const token = await run(
    page,
    async ({ journey, oidc }, config) => {
      const walk = await journey({ config });
      const step = await walk.start();
      step.getCallbackOfType('NameCallback').setName('demo');
      step.getCallbackOfType('PasswordCallback').setPassword('Ch4ng3it!');
      await walk.next(step);
      const client = await oidc({ config });
      return (await client.token.get({ backgroundRenew: true })).accessToken.length;
    },
    config(),
  );
  assert.ok(token > 10);
  const files = await fetched(page);
  for (const part of [WASM, SECOND]) {
    assert.equal(files.filter((name) => name === part).length, 1, part);
  }
  assert.ok(!files.some((name) => name.includes('inline')), files.join());
  assert.equal(await page.evaluate(() => window.streamed), 2);
});

test('the default entry never fetches the file, nor fetches by `fetch` to load itself', async (t) => {
  const page = await openApp(t, {
    init: () => {
      window.asked = [];
      const { fetch } = window;
      window.fetch = (request, ...rest) => {
        window.asked.push(request.url ?? String(request));
        return fetch(request, ...rest);
      };
    },
  });
  await signIn(page);
  assert.ok(!(await fetched(page)).includes(WASM));
  const asked = await page.evaluate(() => window.asked);
  assert.equal(asked[0], wellknown());
  assert.ok(!asked.some((url) => url.includes('/pkg/')));
});

test('both entries of one page share one core', async (t) => {
  const page = await openApp(t);
  assert.equal(await run(page, create, config()), 'a client');
  await signIn(page);
  assert.ok(!(await fetched(page)).some((name) => name.includes('inline')));
});

for (const type of ['text/plain', 'application/wasm; charset=utf-8', undefined]) {
  test(`a server that says ${type ?? 'nothing'} of the file`, async (t) => {
    const page = await openApp(t);
    await serveWasm(page, { headers: type ? { 'content-type': type } : {} });
    assert.equal(await run(page, create, config()), 'a client');
  });
}

const gifts = {
  'a URL': (url) => url,
  'a URL object': (url) => new URL(url, location.href),
  'a response': (url) => fetch(url),
  'the promise of a response': (url) => ({ promise: fetch(url) }),
  bytes: async (url) => (await fetch(url)).arrayBuffer(),
  'a view of bytes': async (url) => {
    const bytes = new Uint8Array(await (await fetch(url)).arrayBuffer());
    const room = new Uint8Array(bytes.length + 7);
    room.set(bytes, 7);
    return room.subarray(7);
  },
  'a module': async (url) => WebAssembly.compileStreaming(fetch(url)),
  "another window's URL object": (url) => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const other = new frame.contentWindow.URL(url, location.href);
    frame.remove();
    return other;
  },
  "another window's response": async (url) => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    return frame.contentWindow.fetch(new URL(url, location.href));
  },
  "another window's module": async (url) => {
    const frame = document.body.appendChild(document.createElement('iframe'));
    const bytes = await (await fetch(url)).arrayBuffer();
    const module = await frame.contentWindow.WebAssembly.compile(bytes);
    frame.remove();
    return module;
  },
  "a mock's response": async (url) => {
    const response = await fetch(url);
    return { status: 200, text: () => response.text(), arrayBuffer: () => response.arrayBuffer() };
  },
};

for (const [name, make] of Object.entries(gifts)) {
  test(`init() takes ${name}`, async (t) => {
    const page = await openApp(t);
    // Nothing is where the package would look by itself.
    for (const part of [WASM, SECOND]) {
      await page.route(`**${part}`, (route) => route.abort());
      await page.route(`**${part.replace('pkg', 'elsewhere')}`, async (route) => {
        route.fulfill({ response: await route.fetch({ url: new URL(part, page.url()).href }) });
      });
    }
    const body = `async ({ init, oidc }, config) => {
      const make = async (url) => {
        const gift = await (${make})(url);
        return gift?.promise ?? gift;
      };
      const failure = await init({
        core: await make('/elsewhere/wasm/core.wasm'),
        oidc: await make('/elsewhere/wasm/oidc.wasm'),
      });
      const again = await init();
      // What is in a frame ends with it.
      for (const frame of document.querySelectorAll('iframe')) frame.remove();
      return [failure?.message, again?.message, (await oidc({ config })).code ?? 'a client'];
    }`;
    assert.deepEqual(await run(page, body, config()), [undefined, undefined, 'a client']);
  });
}

for (const [what, init] of [
  ['no global Response', () => delete window.Response],
  ['the Response of a polyfill', () => Object.assign(window, { Response: class Response {} })],
]) {
  test(`the file is loaded with ${what}`, async (t) => {
    const page = await openApp(t, { init });
    assert.equal(await run(page, create, config()), 'a client');
  });
}

test('a file that is missing, and then is there', async (t) => {
  const page = await openApp(t);
  await serveWasm(page, { status: 404, body: 'no' });
  await assertFailure(page, 'wasm_not_found', /core\.wasm has the HTTP status 404/);
  await page.unroute(`**${WASM}`);
  assert.equal(await run(page, create, config()), 'a client');
});

test('no connection', async (t) => {
  const page = await openApp(t);
  await serveWasm(page, { abort: true });
  await assertFailure(page, 'wasm_not_found', /fetch/);
});

test('a response that was read, and the URL instead', async (t) => {
  const page = await openApp(t);
  const codes = await run(page, async ({ init }) => {
    const response = await fetch('/pkg/wasm/core.wasm');
    await response.arrayBuffer();
    return [
      (await init({ core: response }))?.code,
      (await init({ core: '/pkg/wasm/core.wasm' }))?.code,
    ];
  });
  assert.deepEqual(codes, ['wasm_not_found', undefined]);
});

for (const type of ['text/html', 'application/wasm']) {
  test(`a page instead of the file, as ${type}`, async (t) => {
    const page = await openApp(t);
    const body = '<!doctype html><title>App</title>';
    await serveWasm(page, { body, headers: { 'content-type': type } });
    const expected =
      type === 'text/html' ? /your server answered HTML for the \.wasm/ : /core\.wasm/;
    await assertFailure(page, 'wasm_wrong_content', expected);
  });
}

test('what is cut off', async (t) => {
  const page = await openApp(t);
  await serveWasm(page, { body: '\0asm\x01\0\0\0\x01', headers: {} });
  await assertFailure(page, 'wasm_wrong_content', /is none, or is broken off/);
});

test("a policy without 'wasm-unsafe-eval'", async (t) => {
  const page = await openApp(t, { path: '/no-wasm/' });
  await assertFailure(page, 'wasm_blocked_by_csp', /^Add 'wasm-unsafe-eval' to the script-src/);
});

test('no browser: importing works, and the clients and init() say so', async () => {
  const sdk = await import('../../pkg/url.js');
  const [own, resolved, thrown, configured] = await failures(sdk, config());
  for (const failure of [own, resolved, thrown, configured]) {
    assert.equal(failure.code, 'unsupported_environment');
  }
});
