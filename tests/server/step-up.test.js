/** Session upgrade: a journey over a session that there is. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Browser, NEW_USER, start } from './client.js';

const server = await start(after);
const GOOD = { IDToken1: 'demo', IDToken2: 'Ch4ng3it!' };
const APPROVE = { IDToken1: 0 };

const advice = (name, value) =>
  new URLSearchParams({
    authIndexType: 'composite_advice',
    authIndexValue: `<Advices><AttributeValuePair><Attribute name="${name}"/><Value>${value}</Value></AttributeValuePair></Advices>`,
  }).toString();
const SERVICE = 'AuthenticateToServiceConditionAdvice';
const TRANSACTION = 'TransactionConditionAdvice';

async function stepUp(browser, query, first = GOOD) {
  const { body: step } = await browser.authenticate(query);
  const { body: second } = await browser.next(step, first);
  return browser.next(second, APPROVE);
}

for (const value of ['StepUp', '/:StepUp']) {
  test(`the advice ${value} runs the journey over a session, which a new one replaces`, async () => {
    const browser = new Browser(server);
    const { body: before } = await browser.login();
    const { body } = await stepUp(browser, advice(SERVICE, value));
    assert.equal(body.tokenId, browser.cookie);
    assert.notEqual(body.tokenId, before.tokenId);
    assert.deepEqual(await server.control.session(before.tokenId), { active: false });
    assert.deepEqual(await server.control.session(body.tokenId), { active: true });
    for (const journey of ['StepUp', 'Login']) {
      const again = await browser.authenticate(advice(SERVICE, journey));
      assert.deepEqual(again.body, body);
    }
    assert.ok((await browser.authenticate(`${advice(SERVICE, value)}&ForceAuth=true`)).body.authId);
  });
}

test('a transaction runs each time', async () => {
  const browser = new Browser(server);
  await browser.login();
  const query = advice(TRANSACTION, '7b8bfd4c-60fe-4271-928d-d09b94496f84');
  const first = await stepUp(browser, query);
  const second = await stepUp(browser, query);
  assert.notEqual(first.body.tokenId, second.body.tokenId);
});

test('without a session an advice just runs the journey', async () => {
  const browser = new Browser(server);
  assert.ok((await stepUp(browser, advice(SERVICE, 'StepUp'))).body.tokenId);
});

test('another user cannot upgrade the session, and an unapproved one stays', async () => {
  const browser = new Browser(server);
  await new Browser(server).walk('Registration', NEW_USER);
  const { body: before } = await browser.login();
  const other = { IDToken1: NEW_USER.IDToken1, IDToken2: NEW_USER.IDToken5 };
  assert.equal((await stepUp(browser, advice(SERVICE, 'StepUp'), other)).status, 401);
  const { body: step } = await browser.authenticate(advice(SERVICE, 'StepUp'));
  const { body: second } = await browser.next(step, GOOD);
  assert.equal((await browser.next(second, { IDToken1: 1 })).status, 401);
  assert.equal(browser.cookie, before.tokenId);
  assert.deepEqual(await server.control.session(before.tokenId), { active: true });
});

test('an advice that names no journey is 400', async () => {
  const browser = new Browser(server);
  for (const query of [
    advice(SERVICE, 'Nope'),
    advice('AuthLevelConditionAdvice', '5'),
    'authIndexType=composite_advice',
  ]) {
    assert.equal((await browser.authenticate(query)).body.message, 'No Configuration found');
  }
});
