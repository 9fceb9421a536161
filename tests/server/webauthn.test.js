/** WebAuthn with an authenticator of our own: what the server verifies, and what it refuses. */
import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { createCallback } from '../../pkg/callbacks/callbacks.js';
import { RecoveryCodes } from '../../pkg/recovery-codes.js';
import { WebAuthn } from '../../pkg/webauthn.js';
import { Authenticator } from './authenticator.js';
import { Browser, NEW_USER, ORIGIN, outputs, start } from './client.js';

const server = await start(after);
const PASSWORD = { IDToken1: 'demo', IDToken2: 'Ch4ng3it!' };
const app = { origin: ORIGIN };

beforeEach(() => server.control.reset());

/** Answers a step by `outcome(data)`. */
const answer = (browser, step, outcome) =>
  browser.next(step, { IDToken2: outcome(outputs(step)[0].data) });

async function register(authenticator, { password = PASSWORD, ...more } = {}) {
  const browser = new Browser(server);
  const { body: step } = await browser.walk('WebAuthnRegister', password);
  return answer(browser, step, (data) => authenticator.register(data, { ...app, ...more }));
}

async function signIn(
  authenticator,
  { journey = 'WebAuthnLogin', wrap = (one) => one, ...more } = {},
) {
  const browser = new Browser(server);
  const pages = journey === 'WebAuthnLogin' ? [{ IDToken1: 'demo' }] : [];
  const { body: step } = await browser.walk(journey, ...pages);
  const result = await answer(browser, step, (data) =>
    wrap(authenticator.authenticate(data, { ...app, ...more })),
  );
  return { ...result, browser };
}

const isFailure = ({ status, body }) => status === 401 && body.message === 'Login failure';

function read(step) {
  const all = step.callbacks.map(createCallback);
  return { getCallbacksOfType: (type) => all.filter((one) => one.getType() === type) };
}

for (const journey of ['WebAuthnLogin', 'WebAuthnUsernameless', 'WebAuthnConditional']) {
  test(`a device registers, shows recovery codes, and signs in by ${journey}`, async () => {
    const authenticator = new Authenticator();
    const { body: codes } = await register(authenticator, { name: 'My key' });
    assert.equal(RecoveryCodes.getCodes(read(codes)).length, 10);
    assert.equal(RecoveryCodes.getDeviceName(read(codes)), 'My key');
    assert.ok((await new Browser(server).next(codes)).body.tokenId);
    for (let i = 0; i < 2; i += 1) {
      const { body, browser } = await signIn(authenticator, { journey, userHandle: 'demo' });
      assert.equal(body.tokenId, browser.cookie);
      assert.equal((await browser.sessions('getSessionInfo')).body.username, 'demo');
    }
  });
}

/** The request of AM's module, as the data of a MetadataCallback. */
function moduleData(step) {
  const [, { message, messageType }] = outputs(step);
  assert.equal(messageType, '0');
  const { challenge, rp, rpId = rp.id, ...more } = JSON.parse(message);
  return { challenge: challenge.value, _relyingPartyId: rpId, ...more };
}

const base64url = (numbers) =>
  Buffer.from(Int8Array.from(numbers.split(','))).toString('base64url');

test("a device registers and signs in by AM's modules, whose request is JSON in a text", async () => {
  const authenticator = new Authenticator();
  const registering = new Browser(server);
  const { body: step } = await registering.walk('WebAuthnRegisterModule', PASSWORD);
  const data = moduleData(step);
  assert.equal(Buffer.from(data.user.id, 'base64').toString(), 'demo');
  const [created, attestation, credentialId] = authenticator.register(data, app).split('::');
  const credential = {
    credentialId,
    attestationObject: base64url(attestation),
    clientDataJSON: Buffer.from(created).toString('base64url'),
  };
  const answers = { IDToken1: JSON.stringify(credential) };
  assert.ok((await registering.next(step, answers)).body.tokenId);

  const ask = async (answerOf) => {
    const browser = new Browser(server);
    const { body } = await browser.walk('WebAuthnLoginModule', { IDToken1: 'demo' });
    return browser.next(body, { IDToken1: answerOf(moduleData(body)) });
  };
  const signedIn = await ask((request) => {
    const [id] = request.allowCredentials.map((one) => Buffer.from(one.id, 'base64'));
    assert.equal(id.toString('base64url'), authenticator.id);
    const [got, data, signature, assertionId] = authenticator
      .authenticate(request, app)
      .split('::');
    return JSON.stringify({
      assertionId,
      authenticatorData: base64url(data),
      clientDataJSON: Buffer.from(got).toString('base64url'),
      signature: base64url(signature),
      userHandle: '',
    });
  });
  assert.ok(signedIn.body.tokenId);
  for (const nonsense of ['', '{', 'null', '{"signature":"x"}']) {
    assert.ok(isFailure(await ask(() => nonsense)), nonsense);
  }
});

test('an outcome with the attachment is JSON around the other', async () => {
  const authenticator = new Authenticator();
  await register(authenticator);
  const wrap = (legacyData) => JSON.stringify({ authenticatorAttachment: 'platform', legacyData });
  assert.ok((await signIn(authenticator, { wrap })).body.tokenId);
});

test("the data are AM's, as JavaScript and as JSON, for the same options", async () => {
  const authenticator = new Authenticator();
  await register(authenticator);
  const browser = new Browser(server);
  const { body: step } = await browser.walk('WebAuthnRegister', PASSWORD);
  const both = (data, create) => {
    const legacy = Object.entries(data).filter(([name]) => !/^_(?!type|action)/.test(name));
    assert.deepEqual(create(data), create(Object.fromEntries(legacy)));
    return create(data);
  };
  const options = both(outputs(step)[0].data, WebAuthn.createRegistrationPublicKey);
  const id = Buffer.from(options.excludeCredentials[0].id).toString('base64url');
  assert.equal(id, authenticator.id);
  assert.deepEqual(options.rp, { name: 'Development Server', id: 'localhost' });
  assert.equal(step.callbacks[1].input[0].value, 'webAuthnOutcome');
  assert.equal(outputs(step)[1].id, 'webAuthnOutcome');

  const { body: login } = await browser.walk('WebAuthnLogin', { IDToken1: 'demo' });
  const request = both(outputs(login)[0].data, WebAuthn.createAuthenticationPublicKey);
  assert.equal(request.allowCredentials.length, 1);
  assert.equal(request.challenge.byteLength, 32);
  const { body: conditional } = await browser.startJourney('WebAuthnConditional');
  assert.equal(outputs(conditional)[0].data.mediation, 'conditional');
});

test('a registration for another origin, party or challenge is refused', async () => {
  const authenticator = new Authenticator();
  for (const more of [{ origin: 'https://evil.example' }, { rpId: 'evil.example' }]) {
    assert.ok(isFailure(await register(authenticator, more)));
  }
  const browser = new Browser(server);
  const { body: other } = await browser.walk('WebAuthnRegister', PASSWORD);
  const { body: step } = await browser.walk('WebAuthnRegister', PASSWORD);
  const outcome = authenticator.register(outputs(other)[0].data, app);
  assert.ok(isFailure(await browser.next(step, { IDToken2: outcome })));
});

test('a sign-in for another origin, of another key, or changed is refused', async () => {
  const authenticator = new Authenticator();
  await register(authenticator);
  assert.ok(isFailure(await signIn(authenticator, { origin: 'https://evil.example' })));
  assert.ok(isFailure(await signIn(new Authenticator())));
  const forge = (outcome) => outcome.replace(authenticator.id, 'AAAA');
  assert.ok(isFailure(await signIn(authenticator, { wrap: forge })));
  const other = new Authenticator();
  const asRegistered = (outcome) => outcome.replace(other.id, authenticator.id);
  assert.ok(isFailure(await signIn(other, { wrap: asRegistered })));
  assert.ok((await signIn(authenticator)).body.tokenId);
});

for (const outcome of ['ERROR::NotAllowedError:Refused', 'unsupported', 'webAuthnOutcome', '{}']) {
  test(`a registration with the outcome ${outcome} fails`, async () => {
    const browser = new Browser(server);
    const { body: step } = await browser.walk('WebAuthnRegister', PASSWORD);
    assert.ok(isFailure(await browser.next(step, { IDToken2: outcome })));
  });
}

test('after an error of the client one may try again', async () => {
  const authenticator = new Authenticator();
  await register(authenticator);
  const { body: choose, browser } = await signIn(authenticator, {
    wrap: () => 'ERROR::NotAllowedError:Refused',
  });
  assert.equal(choose.callbacks[0].type, 'ConfirmationCallback');
  const { body: step } = await browser.next(choose, { IDToken1: 0 });
  const result = await answer(browser, step, (data) => authenticator.authenticate(data, app));
  assert.ok(result.body.tokenId);
});

test('the device of another user, or a copy of a device, is refused', async () => {
  const [demos, zoes] = [new Authenticator(), new Authenticator()];
  await register(demos);
  await new Browser(server).walk('Registration', NEW_USER);
  const password = { IDToken1: NEW_USER.IDToken1, IDToken2: NEW_USER.IDToken5 };
  assert.ok((await register(zoes, { password })).body.authId);
  assert.ok(isFailure(await signIn(zoes)));
  const { browser } = await signIn(zoes, { journey: 'WebAuthnUsernameless' });
  assert.equal((await browser.sessions('getSessionInfo')).body.username, 'zoe');

  await signIn(demos);
  demos.count -= 1;
  assert.ok(isFailure(await signIn(demos)));
});

test('without a device, or without such a user, a sign-in fails', async () => {
  for (const name of ['demo', 'nobody']) {
    assert.ok(isFailure(await new Browser(server).walk('WebAuthnLogin', { IDToken1: name })));
  }
});
