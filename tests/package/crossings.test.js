/**
 * How often a call crosses the boundary between JavaScript and WebAssembly, in either direction. Each
 * crossing costs time, and data that goes back and forth shows here: it fails where a number rises.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { config, openApp, signIn, useWorld } from '../e2e/support.js';

useWorld();

/**
 * The most crossings of each call. Nearly all of `read`, `renewed`, `start` and `next` are the members of
 * JSON values, which are read one by one.
 */
const MOST = { stored: 1, read: 292, renewed: 1420, url: 20, start: 404, next: 621 };

/** In the page, before the package: counts the calls of each import and export. */
function countCrossings() {
  const { instantiate } = WebAssembly;
  window.crossings = 0;
  window.names = {};
  const counted = (functions) =>
    Object.fromEntries(
      Object.entries(functions).map(([name, run]) => {
        // A number is the name of a function by which one part of the core calls the other.
        if (typeof run !== 'function' || !Number.isNaN(Number(name))) return [name, run];
        const count = (...args) => {
          window.crossings += 1;
          window.names[name] = (window.names[name] ?? 0) + 1;
          return run(...args);
        };
        return [name, count];
      }),
    );
  WebAssembly.instantiate = async (module, imports) => {
    const modules = Object.entries(imports).map(([name, of]) => [name, counted(of)]);
    const instance = await instantiate(module, Object.fromEntries(modules));
    return { exports: counted(instance.exports) };
  };
}

/** The crossings of one call, made a second time: the first one reads documents. */
async function crossings(page, call) {
  const [count, names] = await page.evaluate(`(async ({ client, journeyClient }) => {
    await (${call})();
    Object.assign(window, { crossings: 0, names: {} });
    const failure = (await (${call})())?.error;
    return [failure ?? crossings, names];
  })(window)`);
  if (process.env.SHOW_CROSSINGS) console.log(call, count, names);
  return count;
}

test('calls cross the boundary no more often than they need', async (t) => {
  const page = await openApp(t, { init: countCrossings });
  await signIn(page);
  await page.evaluate(async (config) => {
    const { oidc, journeyClient } = await import('/pkg/index.js');
    window.journeyClient = journeyClient;
    window.client = await oidc({ config });
    await journeyClient.configure({ config });
    await window.client.token.get({ backgroundRenew: true });
  }, config());
  const counts = {
    stored: await crossings(page, '() => client.token.get()'),
    read: await crossings(page, '() => client.token.get({ signal: new AbortController().signal })'),
    renewed: await crossings(
      page,
      '() => client.token.get({ forceRenew: true, backgroundRenew: true })',
    ),
    url: await crossings(page, '() => client.authorize.url()'),
    start: await crossings(page, '() => journeyClient.start()'),
    // Refused: AM answers with an error of its own, or with the step again.
    next: await crossings(
      page,
      `async () => {
        const step = await journeyClient.start({ query: { ForceAuth: 'true' } });
        step.getCallbackOfType('NameCallback').setName('demo');
        step.getCallbackOfType('PasswordCallback').setPassword('wrong');
        Object.assign(window, { crossings: 0, names: {} });
        return journeyClient.next(step);
      }`,
    ),
  };
  for (const [call, most] of Object.entries(MOST)) {
    assert.ok(counts[call] <= most, `${call}: ${counts[call]} crossings, not ${most}`);
  }
});
