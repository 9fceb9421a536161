/**
 * WebAuthn with Chromium's virtual authenticator: what the page answers is verified as AM would
 * verify it, by a library.
 */
import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { test } from 'node:test';
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server';
import { openApp, useWorld, world } from './support.js';

useWorld();

const USER_ID = 'Zoë 日本';
const PLATFORM = {
  protocol: 'ctap2',
  ctap2Version: 'ctap2_1',
  transport: 'internal',
  hasResidentKey: true,
  hasUserVerification: true,
  isUserVerified: true,
  automaticPresenceSimulation: true,
};

/** AM's lists of credentials, as JSON and as JavaScript. */
const asJson = (ids) =>
  ids.map((id) => ({ type: 'public-key', id: [...new Int8Array(Buffer.from(id, 'base64url'))] }));
const asScript = (ids) =>
  asJson(ids)
    .map(({ id }) => `{ "type": "public-key", "id": new Int8Array([${id.join(', ')}]).buffer }`)
    .join(',');

const ALGORITHMS = [
  { type: 'public-key', alg: -7 },
  { type: 'public-key', alg: -257 },
];

/**
 * The two ways in which AM sends its data: of old as JavaScript alone, and since as JSON too, where
 * the JavaScript is spoilt to see that it isn't used.
 */
const FORMS = {
  JavaScript: {
    registration: ({ challenge, exclude = [], ...more }) => ({
      ...common('registration', more),
      challenge: challenge.toString('base64'),
      authenticatorSelection: JSON.stringify(more.selection),
      pubKeyCredParams: ALGORITHMS.map(({ alg }) => `{ "type": "public-key", "alg": ${alg} }`).join(
        ', ',
      ),
      excludeCredentials: asScript(exclude),
      relyingPartyId: 'id: "localhost",',
    }),
    authentication: ({ challenge, allow = [], ...more }) => ({
      ...common('authentication', more),
      challenge: challenge.toString('base64'),
      allowCredentials: allow.length ? `allowCredentials: [${asScript(allow)}]` : '',
      relyingPartyId: 'rpId: "localhost",',
    }),
  },
  JSON: {
    registration: ({ challenge, exclude = [], ...more }) => ({
      ...common('registration', more),
      challenge: challenge.toString('base64url'),
      authenticatorSelection: 'spoilt',
      _authenticatorSelection: more.selection,
      pubKeyCredParams: 'spoilt',
      _pubKeyCredParams: ALGORITHMS,
      excludeCredentials: 'spoilt',
      _excludeCredentials: asJson(exclude),
      relyingPartyId: 'spoilt',
      _relyingPartyId: 'localhost',
      extensions: {},
      supportsJsonResponse: true,
    }),
    authentication: ({ challenge, allow = [], ...more }) => ({
      ...common('authentication', more),
      challenge: challenge.toString('base64url'),
      allowCredentials: 'spoilt',
      _allowCredentials: asJson(allow),
      relyingPartyId: 'spoilt',
      _relyingPartyId: 'localhost',
      supportsJsonResponse: true,
    }),
  },
};

const MEMBERS = {
  registration: {
    attestationPreference: 'none',
    userName: 'zoe',
    userId: USER_ID,
    relyingPartyName: 'Example',
    displayName: 'Zoë',
  },
  authentication: { userVerification: 'preferred' },
};
const common = (ceremony, { selection, ...more }) => ({
  _type: 'WebAuthn',
  _action: `webauthn_${ceremony}`,
  timeout: '20000',
  ...MEMBERS[ceremony],
  ...more,
});

/** AM's callbacks for a step with this data. */
const callbacks = (data) => [
  { type: 'MetadataCallback', output: [{ name: 'data', value: data }] },
  {
    type: 'HiddenValueCallback',
    output: [
      { name: 'value', value: 'false' },
      { name: 'id', value: 'webAuthnOutcome' },
    ],
    input: [{ name: 'IDToken2', value: 'webAuthnOutcome' }],
  },
];

/** A page with a virtual authenticator; `set()` changes how it behaves. */
async function openWithAuthenticator(t, options = {}, app = {}) {
  const page = await openApp(t, app);
  const cdp = await page.context().newCDPSession(page);
  await cdp.send('WebAuthn.enable');
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: { ...PLATFORM, ...options },
  });
  return {
    page,
    set: (what, values) => cdp.send(`WebAuthn.set${what}`, { authenticatorId, ...values }),
    credentials: async () =>
      (await cdp.send('WebAuthn.getCredentials', { authenticatorId })).credentials,
  };
}

/**
 * Answers a step in the page: the outcome, the name of the error, and whether the same step came
 * back. `abort` stops the request after a moment.
 */
function answer(page, request) {
  return page.evaluate(async ({ method, callbacks, name, abort }) => {
    const { WebAuthn } = await import('/pkg/webauthn.js');
    const { createCallback } = await import('/pkg/callbacks/callbacks.js');
    const all = callbacks.map(createCallback);
    const step = { getCallbacksOfType: (type) => all.filter((one) => one.getType() === type) };
    const controller = new AbortController();
    if (abort) setTimeout(() => controller.abort(), 300);
    const { signal } = controller;
    const options = method === 'register' ? [name, signal] : [signal];
    const settled = await WebAuthn[method](step, ...options).then(
      (answered) => ({ same: answered === step }),
      (error) => ({ error: error.name }),
    );
    return { ...settled, outcome: callbacks.at(-1).input[0].value };
  }, request);
}

const register = (data, more) => ({ method: 'register', callbacks: callbacks(data), ...more });
const authenticate = (data, more) => ({
  method: 'authenticate',
  callbacks: callbacks(data),
  ...more,
});

/** The parts of an outcome, as AM splits them, and the attachment. */
function parse(outcome) {
  const { legacyData, authenticatorAttachment } = outcome.startsWith('{"authenticatorAttachment"')
    ? JSON.parse(outcome)
    : { legacyData: outcome };
  const parts = legacyData.split('::');
  const number = (text) =>
    Buffer.from(Int8Array.from(text.split(','), Number)).toString('base64url');
  return { parts, number, authenticatorAttachment };
}

const credentialJson = (id, response) => ({
  id,
  rawId: id,
  type: 'public-key',
  response,
  clientExtensionResults: {},
});
const base64url = (text) => Buffer.from(text).toString('base64url');
const expected = (challenge) => ({
  expectedChallenge: challenge.toString('base64url'),
  expectedOrigin: world.app,
  expectedRPID: 'localhost',
});

/** Verifies the outcome of a registration; what AM would store, and what else there was. */
async function verifyRegistration(outcome, challenge, options) {
  const { parts, number, authenticatorAttachment } = parse(outcome);
  const [clientData, attestation, id, name] = parts;
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: credentialJson(id, {
      clientDataJSON: base64url(clientData),
      attestationObject: number(attestation),
    }),
    ...expected(challenge),
    ...options,
  });
  assert.equal(verified, true);
  assert.equal(registrationInfo.credential.id, id);
  return { ...registrationInfo, name, authenticatorAttachment, length: parts.length };
}

/** Verifies the outcome of a sign-in with a credential; the user handle, and what else there was. */
async function verifyAuthentication(outcome, challenge, credential, options) {
  const { parts, number, authenticatorAttachment } = parse(outcome);
  const [clientData, authenticatorData, signature, id, userHandle] = parts;
  assert.equal(id, credential.id);
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: credentialJson(id, {
      clientDataJSON: base64url(clientData),
      authenticatorData: number(authenticatorData),
      signature: number(signature),
    }),
    credential,
    ...expected(challenge),
    ...options,
  });
  assert.equal(verified, true);
  return { ...authenticationInfo, userHandle, authenticatorAttachment, length: parts.length };
}

const RESIDENT = {
  residentKey: 'required',
  requireResidentKey: true,
  userVerification: 'required',
};
const form = FORMS.JSON;

/** Registers in the page, so that it can sign in. */
async function registered(page, more = {}) {
  const challenge = randomBytes(32);
  const data = form.registration({ challenge, selection: RESIDENT, ...more });
  const { outcome } = await answer(page, register(data));
  return (await verifyRegistration(outcome, challenge)).credential;
}

for (const [name, form] of Object.entries(FORMS)) {
  test(`registers and signs in, with ${name}`, async (t) => {
    const { page, credentials } = await openWithAuthenticator(t);
    let challenge = randomBytes(32);
    let data = form.registration({ challenge, selection: RESIDENT });
    let result = await answer(page, register(data, { name: 'Zoë’s key' }));
    assert.equal(result.same, true);
    const { credential, ...info } = await verifyRegistration(result.outcome, challenge);
    assert.equal(info.name, 'Zoë’s key');
    assert.equal(info.userVerified, true);
    assert.equal(info.fmt, 'none');
    assert.equal(info.authenticatorAttachment, name === 'JSON' ? 'platform' : undefined);

    const [stored] = await credentials();
    assert.equal(Buffer.from(stored.userHandle, 'base64').toString(), USER_ID);
    assert.deepEqual([stored.userName, stored.userDisplayName], ['zoe', 'Zoë']);
    assert.equal(stored.rpId, 'localhost');

    for (const allow of [[credential.id], [base64url('another'), credential.id], []]) {
      challenge = randomBytes(32);
      data = form.authentication({ challenge, allow });
      result = await answer(page, authenticate(data));
      const signed = await verifyAuthentication(result.outcome, challenge, credential);
      credential.counter = signed.newCounter;
      assert.equal(result.same, true);
      assert.equal(signed.userHandle, USER_ID);
      assert.equal(signed.authenticatorAttachment, name === 'JSON' ? 'platform' : undefined);
    }
  });

  test(`excludes what is registered, with ${name}`, async (t) => {
    const { page } = await openWithAuthenticator(t);
    const { id } = await registered(page);
    const challenge = randomBytes(32);
    const data = form.registration({ challenge, selection: {}, exclude: [id] });
    const { error, outcome } = await answer(page, register(data));
    assert.equal(error, 'InvalidStateError');
    assert.match(outcome, /^ERROR::InvalidStateError:./);
  });
}

test('a security key, with its attestation, and without a user handle', async (t) => {
  const { page } = await openWithAuthenticator(t, {
    protocol: 'u2f',
    ctap2Version: undefined,
    transport: 'usb',
    hasResidentKey: false,
    hasUserVerification: false,
    isUserVerified: false,
  });
  const unverified = { requireUserVerification: false };
  let challenge = randomBytes(32);
  let data = form.registration({
    challenge,
    selection: { userVerification: 'discouraged', authenticatorAttachment: 'cross-platform' },
    attestationPreference: 'direct',
  });
  let { outcome } = await answer(page, register(data));
  const { credential, ...info } = await verifyRegistration(outcome, challenge, unverified);
  assert.equal(info.fmt, 'fido-u2f');
  assert.equal(info.authenticatorAttachment, 'cross-platform');
  assert.equal(info.length, 3);

  challenge = randomBytes(32);
  data = form.authentication({
    challenge,
    allow: [credential.id],
    userVerification: 'discouraged',
  });
  ({ outcome } = await answer(page, authenticate(data)));
  const signed = await verifyAuthentication(outcome, challenge, credential, unverified);
  assert.equal(signed.length, 4);
});

test('a user who is not verified', async (t) => {
  const { page, set } = await openWithAuthenticator(t);
  const { id } = await registered(page);
  await set('UserVerified', { isUserVerified: false });
  const data = form.authentication({
    challenge: randomBytes(32),
    allow: [id],
    userVerification: 'required',
    timeout: '1000',
  });
  const { error, outcome } = await answer(page, authenticate(data));
  assert.equal(error, 'NotAllowedError');
  assert.match(outcome, /^ERROR::NotAllowedError:./);
});

test('the app stops a sign-in and a registration', async (t) => {
  const { page, set } = await openWithAuthenticator(t);
  await registered(page);
  await set('AutomaticPresenceSimulation', { enabled: false });
  const challenge = randomBytes(32);
  for (const request of [
    authenticate(form.authentication({ challenge }), { abort: true }),
    register(form.registration({ challenge, selection: {} }), { abort: true }),
  ]) {
    const { error, outcome } = await answer(page, request);
    assert.equal(error, 'AbortError');
    assert.match(outcome, /^ERROR::AbortError:./);
  }
});

test('conditional mediation', async (t) => {
  const { page } = await openWithAuthenticator(t);
  const credential = await registered(page);
  const challenge = randomBytes(32);
  const data = form.authentication({ challenge, mediation: 'conditional' });
  const { outcome } = await answer(page, authenticate(data));
  const signed = await verifyAuthentication(outcome, challenge, credential);
  assert.equal(signed.userHandle, USER_ID);
});

// Where it doesn't, it waits for ever.
test('a conditional request makes way', { timeout: 20_000 }, async (t) => {
  const { page, set } = await openWithAuthenticator(t);
  const credential = await registered(page);
  await set('AutomaticPresenceSimulation', { enabled: false });
  const challenge = randomBytes(32);
  const conditional = authenticate(form.authentication({ challenge, mediation: 'conditional' }));
  const first = answer(page, conditional);
  const second = answer(page, conditional);
  const aborted = { error: 'AbortError', outcome: 'webAuthnOutcome' };
  assert.deepEqual(await first, aborted);
  const button = authenticate(form.authentication({ challenge }), { abort: true });
  const third = answer(page, button);
  assert.deepEqual(await second, aborted);
  assert.match((await third).outcome, /^ERROR::AbortError:./);
  await set('AutomaticPresenceSimulation', { enabled: true });
  const { outcome } = await answer(page, conditional);
  await verifyAuthentication(outcome, challenge, credential);
});

test('conditional mediation that the browser has not', async (t) => {
  const init = () => {
    PublicKeyCredential.isConditionalMediationAvailable = async () => false;
  };
  const { page } = await openWithAuthenticator(t, {}, { init });
  const data = form.authentication({ challenge: randomBytes(32), mediation: 'conditional' });
  const { error, outcome } = await answer(page, authenticate(data));
  assert.deepEqual([error, outcome], ['NotSupportedError', 'unsupported']);
});

test('a browser without WebAuthn', async (t) => {
  const page = await openApp(t, {
    init: () => {
      delete window.PublicKeyCredential;
    },
  });
  const challenge = randomBytes(32);
  for (const request of [
    register(form.registration({ challenge, selection: {} })),
    authenticate(form.authentication({ challenge })),
  ]) {
    assert.deepEqual(await answer(page, request), {
      error: 'NotSupportedError',
      outcome: 'unsupported',
    });
  }
});

test('data without a selection or a list to exclude fails before the browser is asked', async (t) => {
  const page = await openApp(t);
  const { excludeCredentials, authenticatorSelection, ...data } = FORMS.JavaScript.registration({
    challenge: randomBytes(32),
    selection: {},
  });
  const untransformed = 'ERROR::EncodingError:Transforming credential object to string failed';
  for (const [more, expectedError, expectedOutcome] of [
    [{}, 'EncodingError', untransformed],
    [{ authenticatorSelection }, 'EncodingError', untransformed],
    [{ excludeCredentials }, 'SyntaxError', 'ERROR::SyntaxError:Unexpected end of JSON input'],
  ]) {
    const { error, outcome } = await answer(page, register({ ...data, ...more }));
    assert.deepEqual([error, outcome], [expectedError, expectedOutcome]);
  }
});
