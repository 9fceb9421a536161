/** Clocks that are wrong, that jump, and that stop. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { storedTokens } from './oidc-support.js';
import {
  CLIENT_ID,
  config,
  openApp,
  renewed,
  requestsTo,
  run,
  signIn,
  useWorld,
  withTokens,
  world,
} from './support.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

useWorld();

/** Sets the device's clock forward, or back, from what it shows now. */
function setClock(page, milliseconds) {
  return page.evaluate((milliseconds) => {
    const { now } = Date;
    Date.now = () => now() + milliseconds;
  }, milliseconds);
}

/** How long ID tokens live, in seconds. */
function setIdTokenLifetime(seconds) {
  return world.server.control.setClient({ client_id: CLIENT_ID, idTokenTtl: seconds });
}

const get = async ({ oidc }, config) =>
  (await oidc({ config })).token.get({ backgroundRenew: true });
const exchange = async ({ oidc }, config) => {
  const client = await oidc({ config });
  const { code, state } = await client.authorize.background();
  return client.token.exchange(code, state);
};

function assertClockIsBlamed(failure, code) {
  assert.equal(failure.error, 'ID_TOKEN_INVALID', JSON.stringify(failure));
  assert.equal(failure.code, code);
  assert.equal(failure.type, 'exchange_error');
  assert.match(failure.message, /device's clock may be wrong/);
}

/** Renewed tokens, or the error that blames the clock; in both cases the session goes on. */
async function assertNothingLost(page, result) {
  if (result.error) assertClockIsBlamed(result, result.code);
  const { refreshToken } = await storedTokens(page);
  assert.ok(world.server.control.token(refreshToken).active, 'the refresh token is still good');
}

for (const [what, offset, code] of [
  ['a day behind', -DAY, 'id_token_time'],
  ['an hour behind', -HOUR, 'id_token_time'],
  ['six minutes behind', -6 * MINUTE, 'id_token_time'],
  ['20 minutes ahead', 20 * MINUTE, 'id_token_expired'],
  ['an hour ahead', HOUR, 'id_token_expired'],
  ['a day ahead', DAY, 'id_token_expired'],
]) {
  for (const [how, call] of Object.entries({ get, exchange })) {
    test(`sign-in with a clock ${what}, by token.${how}(): the clock is blamed`, async (t) => {
      await setIdTokenLifetime(600);
      const page = await openApp(t);
      await setClock(page, offset);
      await signIn(page);
      assertClockIsBlamed(await run(page, call, config()), code);
      assert.equal(await storedTokens(page), null);
      await setClock(page, -offset);
      assert.ok((await run(page, get, config())).accessToken, 'with a right clock it works');
    });
  }
}

for (const [what, offset] of [
  ['four minutes behind', -4 * MINUTE],
  ['four minutes ahead', 4 * MINUTE],
  ['an hour ahead, as long as ID tokens live', HOUR],
]) {
  test(`sign-in with a clock ${what}: tokens live as long as they do`, async (t) => {
    const page = await openApp(t);
    await setClock(page, offset);
    await signIn(page);
    const tokens = await run(page, get, config());
    const lifetime = tokens.expiryTimestamp - (Date.now() + offset);
    assert.ok(Math.abs(lifetime - HOUR) < MINUTE, `${lifetime} ms by the device's clock`);
    assert.deepEqual(await run(page, get, config()), tokens, 'none is renewed too early');
  });
}

for (const [what, offset] of [
  ['an hour forward', HOUR],
  ['a day forward', DAY],
  ['an hour back', -HOUR],
  ['a day back', -DAY],
]) {
  test(`a clock that is set ${what} after sign-in: renewal, nothing lost`, async (t) => {
    const page = await withTokens(t);
    await setClock(page, offset);
    world.server.control.clearRequests();
    const result = await run(page, get, config());
    assert.equal(requestsTo('/access_token').length, 1);
    await assertNothingLost(page, result);
  });

  test(`a clock that is set ${what} and right again: signed in all the time`, async (t) => {
    const page = await withTokens(t);
    const without = config({ renew: 'refresh' });
    await setClock(page, offset);
    await run(page, get, without);
    await setClock(page, -offset);
    const tokens = await run(page, renewed, without);
    assert.ok(tokens.accessToken, JSON.stringify(tokens));
  });
}

for (const offset of [-4 * MINUTE, 4 * MINUTE]) {
  test(`a clock that is corrected by ${offset / MINUTE} minutes: no renewal`, async (t) => {
    const page = await withTokens(t);
    const before = await storedTokens(page);
    await setClock(page, offset);
    assert.deepEqual(await run(page, get, config()), before);
  });
}

test('a clock that is set back while a frame is open: it still times out', async (t) => {
  const page = await openApp(t);
  await signIn(page);
  world.server.control.fail({ match: '/authorize', times: -1, hang: true });
  const code = await run(
    page,
    async ({ oidc }, { config, HOUR }) => {
      const client = await oidc({ config });
      const call = client.authorize.background();
      await new Promise((resolve) => setTimeout(resolve, 100));
      const { now } = Date;
      Date.now = () => now() - HOUR;
      const late = new Promise((resolve) => setTimeout(resolve, 3000, { code: 'none in time' }));
      const { code } = await Promise.race([call, late]);
      Date.now = now;
      await call;
      return code;
    },
    { config: config({}, { frameTimeout: 500 }), HOUR },
  );
  assert.equal(code, 'frame_timeout');
});

test('another time zone, as at a change to daylight saving time: nothing changes', async (t) => {
  const page = await withTokens(t);
  const before = await storedTokens(page);
  const devtools = await page.context().newCDPSession(page);
  for (const timezoneId of ['Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
    await devtools.send('Emulation.setTimezoneOverride', { timezoneId });
    const zone = await page.evaluate(() => new Intl.DateTimeFormat().resolvedOptions().timeZone);
    assert.equal(zone, timezoneId);
    assert.deepEqual(await run(page, get, config()), before);
  }
  assert.ok((await run(page, renewed, config())).accessToken);
});

/** Nothing runs in the tab for a moment; then its clock has gone on for two hours. */
function suspend(page) {
  return page.evaluate((milliseconds) => {
    const { now } = Date;
    for (const end = now() + 600; now() < end; );
    Date.now = () => now() + milliseconds;
  }, 2 * HOUR);
}

test('a tab that was suspended: one renewal', async (t) => {
  await setIdTokenLifetime((4 * HOUR) / 1000);
  const page = await withTokens(t);
  const before = await storedTokens(page);
  await suspend(page);
  world.server.control.clearRequests();
  const results = await run(
    page,
    async ({ oidc }, config) => {
      const client = await oidc({ config });
      const calls = Array.from({ length: 20 }, () => client.token.get({ backgroundRenew: true }));
      return Promise.all(calls);
    },
    config(),
  );
  assert.equal(requestsTo('/access_token').length, 1);
  assert.equal(new Set(results.map(({ accessToken }) => accessToken)).size, 1);
  assert.notEqual(results[0].accessToken, before.accessToken);
});

for (const [what, lifetime] of [
  ['', 4 * HOUR],
  [', for longer than its ID token lives', HOUR],
]) {
  test(`a tab that is suspended while it renews${what}: nothing lost`, async (t) => {
    await setIdTokenLifetime(lifetime / 1000);
    const page = await withTokens(t);
    world.server.control.clearRequests();
    world.server.control.fail({ match: '/access_token', after: true, delay: 300 });
    const start = async ({ oidc }, config) => {
      const client = await oidc({ config });
      window.renewal = client.token.get({ forceRenew: true });
    };
    await run(page, start, config());
    await suspend(page);
    const result = await run(page, () => window.renewal);
    assert.equal(requestsTo('/access_token').length, 1);
    await assertNothingLost(page, result);
  });
}
