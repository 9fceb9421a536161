/** Journeys that go on by a link in an email. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { ALPHA, Browser, ORIGIN, outputs, start } from './client.js';

const server = await start(after);
const { control } = server;

beforeEach(() => control.reset());

const mails = async () => (await fetch(`${server.url}/test/mails`)).json();
const EXPIRED = {
  status: 401,
  body: {
    code: 401,
    reason: 'Unauthorized',
    message: 'Unable to resume session. It may have expired.',
  },
};

for (const name of ['demo', 'demo.user@example.com']) {
  test(`the link for ${name} signs in, in another browser, and only once`, async () => {
    const browser = new Browser(server);
    const { body: step } = await browser.walk('MagicLink', { IDToken1: name });
    assert.equal(step.callbacks[0].type, 'SuspendedTextOutputCallback');
    assert.match(outputs(step)[0].message, /An email has been sent/);
    const [mail, ...others] = await mails();
    assert.equal(others.length, 0);
    assert.equal(mail.to, 'demo.user@example.com');
    const link = new URL(mail.link);
    assert.equal(link.origin + link.pathname, `${ORIGIN}/`);
    assert.equal(link.searchParams.get('suspendedId'), mail.suspendedId);
    assert.equal(link.searchParams.get('authIndexValue'), 'MagicLink');

    const other = new Browser(server);
    const resumed = await other.startJourney('MagicLink', `suspendedId=${mail.suspendedId}`);
    assert.equal(resumed.body.tokenId, other.cookie);
    assert.equal((await other.sessions('getSessionInfo')).body.username, 'demo');
    const again = await other.authenticate(`suspendedId=${mail.suspendedId}`);
    assert.deepEqual(again, EXPIRED);
  });
}

test('submitting the suspended step brings it again', async () => {
  const browser = new Browser(server);
  const { body } = await browser.walk('MagicLink', { IDToken1: 'demo' }, {}, {});
  assert.equal(body.callbacks[0].type, 'SuspendedTextOutputCallback');
  assert.equal((await mails()).length, 1);
});

test('for an unknown user the answer is the same, and there is no email', async () => {
  const { body } = await new Browser(server).walk('MagicLink', { IDToken1: 'nobody' });
  assert.equal(body.callbacks[0].type, 'SuspendedTextOutputCallback');
  assert.deepEqual(await mails(), []);
});

test('a link that is unknown, expired or of another realm does not resume', async () => {
  const browser = new Browser(server);
  assert.deepEqual(await browser.authenticate('suspendedId=unknown'), EXPIRED);
  await new Browser(server, ALPHA).walk('MagicLink', { IDToken1: 'demo' });
  const [{ suspendedId }] = await mails();
  assert.deepEqual(await browser.authenticate(`suspendedId=${suspendedId}`), EXPIRED);
  control.reset();
  control.configure({ suspendTtl: -1 });
  await browser.walk('MagicLink', { IDToken1: 'demo' });
  const [expired] = await mails();
  assert.deepEqual(await browser.authenticate(`suspendedId=${expired.suspendedId}`), EXPIRED);
});

test('the link leads to the page that the settings name', async () => {
  control.configure({ returnPath: '/tests/app.html' });
  await new Browser(server).walk('MagicLink', { IDToken1: 'demo' });
  const [{ link }] = await mails();
  assert.equal(new URL(link).pathname, '/tests/app.html');
});

test('outside the test mode the link is printed', async (t) => {
  const plain = await start((stop) => t.after(stop), { testMode: false });
  const log = t.mock.method(console, 'log', () => {});
  await new Browser(plain).walk('MagicLink', { IDToken1: 'demo' });
  assert.match(log.mock.calls[0].arguments[0], /^Email to demo\.user@example\.com: .*suspendedId=/);
});

test('a resumed journey goes on with pages: a new password', async () => {
  const browser = new Browser(server);
  await browser.walk('ResetPassword', { IDToken1: 'demo' });
  const [{ suspendedId }] = await mails();
  const { body: step } = await browser.authenticate(`suspendedId=${suspendedId}`);
  assert.deepEqual(await browser.authenticate(`suspendedId=${suspendedId}`), EXPIRED);
  const { body: weak } = await browser.next(step, { IDToken1: 'weak' });
  assert.equal(outputs(weak)[0].failedPolicies.length, 3);
  assert.ok((await browser.next(weak, { IDToken1: 'Anoth3rWord' })).body.tokenId);
  const sign = (password) =>
    new Browser(server).walk('Login', { IDToken1: 'demo', IDToken2: password });
  assert.equal((await sign('Ch4ng3it!')).status, 401);
  assert.equal((await sign('Anoth3rWord')).status, 200);
});
