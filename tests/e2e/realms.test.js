/**
 * What comes from another realm, a polyfill or a mock is known by what it has: a micro-frontend's shell
 * may hand on the `fetch`, the events and the errors of another window.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { config, openApp, renewed, run, signIn, useWorld } from './support.js';

useWorld();

/** In the page, before the package is loaded. */
const REPLACEMENTS = {
  'a fetch that gives responses of another class': () => {
    const { fetch } = window;
    window.fetch = async (...args) => {
      const response = await fetch(...args);
      return { status: response.status, text: () => response.text() };
    };
  },
  'no global Response': () => {
    delete window.Response;
  },
  'the Response of a polyfill': () => {
    window.Response = class Response {};
  },
  'no compilation of streams': () => {
    delete WebAssembly.compileStreaming;
  },
};

for (const [name, init] of Object.entries(REPLACEMENTS)) {
  test(`both clients work with ${name}`, async (t) => {
    const page = await openApp(t, { init });
    await signIn(page);
    const tokens = await run(page, renewed, config());
    assert.ok(tokens.accessToken, JSON.stringify(tokens));
  });
}

test("both clients work with another window's fetch", async (t) => {
  const page = await openApp(t);
  await page.evaluate(() => {
    const { contentWindow } = document.body.appendChild(document.createElement('iframe'));
    window.fetch = (request) => contentWindow.fetch(request);
  });
  await signIn(page);
  const [tokens, isForeign] = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const tokens = await client.token.get({ backgroundRenew: true });
      const isForeign = !((await fetch('/')) instanceof Response);
      document.querySelector('iframe').remove();
      return [tokens, isForeign];
    },
    config(),
  );
  assert.ok(tokens.accessToken, JSON.stringify(tokens));
  assert.equal(isForeign, true);
});

for (const [what, answer] of [
  ['nothing', 'undefined'],
  ['a text', "'{}'"],
  ['a parsed body', "{ issuer: 'x', status: 200 }"],
]) {
  test(`a fetch that gives ${what} is a failed request`, async (t) => {
    const page = await openApp(t);
    await page.evaluate(`window.fetch = async () => (${answer})`);
    const code = await run(
      page,
      async ({ oidc }, config) => (await oidc({ config })).code,
      config(),
    );
    assert.equal(code, 'network_failed');
  });
}

test("another window's click is no option", async (t) => {
  const page = await openApp(t);
  const url = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const { contentWindow } = document.body.appendChild(document.createElement('iframe'));
      const click = Object.assign(new contentWindow.MouseEvent('click'), { scope: 'of the event' });
      const location = await new Promise((resolve) => {
        navigation.addEventListener('navigate', (event) => {
          event.preventDefault();
          resolve(event.destination.url);
        });
        client.authorize.redirect(click);
      });
      document.querySelector('iframe').remove();
      return location;
    },
    config(),
  );
  assert.equal(new URL(url).searchParams.get('scope'), config().scope);
});
