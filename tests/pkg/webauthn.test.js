/** `WebAuthn`: every kind of step, option and outcome; the browser is a fake. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { runInNewContext } from 'node:vm';
import { WebAuthn, WebAuthnOutcome, WebAuthnStepType } from '../../pkg/webauthn.js';
import { setGlobals, step } from './steps.js';

/** AM's data with JavaScript in it, as old versions send it. */
const SIGN_IN = {
  _type: 'WebAuthn',
  _action: 'webauthn_authentication',
  challenge: '+/8=',
  allowCredentials:
    'allowCredentials: [{ "type": "public-key", "id": new Int8Array([1, -2]).buffer }]',
  timeout: '60000',
  userVerification: 'preferred',
  relyingPartyId: 'rpId: "example.com",',
};
const REGISTER = {
  _type: 'WebAuthn',
  _action: 'webauthn_registration',
  challenge: '+/8=',
  attestationPreference: 'none',
  userName: 'demo',
  userId: 'ZGVtbw',
  relyingPartyName: 'Example',
  authenticatorSelection: '{"userVerification":"preferred"}',
  pubKeyCredParams: '[ { "type": "public-key", "alg": -7 } ]',
  timeout: '60000',
  excludeCredentials: '{ "type": "public-key", "id": new Int8Array([3]).buffer }',
  displayName: 'Demo User',
  relyingPartyId: 'id: "example.com",',
};

const buffer = (...numbers) => Int8Array.from(numbers).buffer;
const utf8 = (text) => new TextEncoder().encode(text).buffer;
const key = (...numbers) => ({ type: 'public-key', id: buffer(...numbers) });

const outcome = ['HiddenValueCallback', { value: 'false', id: 'webAuthnOutcome' }, { IDToken: '' }];
const metadata = (data) => ['MetadataCallback', { data }];
const text = (message, messageType = '4') => ['TextOutputCallback', { message, messageType }];
const script = (more = '') => text(`document.getElementById('webAuthnOutcome').value = 1; ${more}`);
const signIn = (more) => step(metadata({ ...SIGN_IN, ...more }), outcome);
const registration = (more) => step(metadata({ ...REGISTER, ...more }), outcome);
const outcomeOf = (step) => WebAuthn.getOutcomeCallback(step)?.getInputValue();

const ASSERTION = {
  id: 'AQID',
  response: {
    clientDataJSON: utf8('{"type":"webauthn.get","é":1}'),
    authenticatorData: buffer(1, -1, -128),
    signature: buffer(127, 0),
    userHandle: null,
  },
};
const ATTESTATION = {
  id: 'AQID',
  response: { clientDataJSON: utf8('{"é":1}'), attestationObject: buffer(-93, 99, 0) },
};
const ASSERTED = '{"type":"webauthn.get","é":1}::1,-1,-128::127,0::AQID';
const ATTESTED = '{"é":1}::-93,99,0::AQID';

/** A browser with WebAuthn, that answers with `answer()`; what it was asked. */
function setBrowser(t, answer, { conditional = async () => true } = {}) {
  const asked = [];
  const ask = (method) => async (options) => {
    asked.push([method, options]);
    return answer(options);
  };
  setGlobals(t, {
    PublicKeyCredential: Object.assign(class {}, { isConditionalMediationAvailable: conditional }),
    navigator: { credentials: { get: ask('get'), create: ask('create') } },
  });
  return asked;
}

/** What OpenAM 16 sends for its own modules: neither data nor an outcome that is known here. */
const MODULES = {
  registration: {
    rp: { id: 'am.example', name: 'am.example' },
    user: { id: 'Ym9i', name: 'bob', displayName: 'bob' },
    challenge: { value: '+/8=' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    timeout: 60_000,
    excludeCredentials: [],
    authenticatorSelection: { requireResidentKey: true, userVerification: 'preferred' },
    attestation: 'none',
  },
  authentication: {
    challenge: { value: '+/8=' },
    timeout: 60_000,
    rpId: 'am.example',
    allowCredentials: [],
    userVerification: 'preferred',
  },
};
for (const [name, data] of Object.entries(MODULES)) {
  test(`the older module's ${name} is no step of ours, and is not asked for`, async (t) => {
    setBrowser(t, () => assert.fail('asked'));
    const given = step(
      ['PasswordCallback', { prompt: 'Credentials' }, { IDToken1: '' }],
      text(JSON.stringify(data), '0'),
    );
    assert.equal(WebAuthn.getWebAuthnStepType(given), WebAuthnStepType.None);
    await assert.rejects(WebAuthn.authenticate(given), { name: 'DataError' });
    await assert.rejects(WebAuthn.register(given), { name: 'DataError' });
    assert.equal(given.callbacks[0].getInputValue(), '');
  });
}

test('the enums', () => {
  assert.deepEqual({ ...WebAuthnStepType }, { None: 0, Authentication: 1, Registration: 2 });
  assert.deepEqual({ ...WebAuthnOutcome }, { Error: 'ERROR', Unsupported: 'unsupported' });
});

const { None, Authentication, Registration } = WebAuthnStepType;
for (const [what, callbacks, expected] of [
  ['data to sign in', [metadata(SIGN_IN), outcome], Authentication],
  ['data to register', [metadata(REGISTER), outcome], Registration],
  ['the outcome first', [outcome, metadata(REGISTER)], Registration],
  ['JSON alone', [metadata({ _relyingPartyId: '', _pubKeyCredParams: [] }), outcome], Registration],
  ['an empty relying party', [metadata({ relyingPartyId: '' }), outcome], Authentication],
  ['no parameters', [metadata({ ...REGISTER, pubKeyCredParams: '' }), outcome], Authentication],
  ['an unrelated hidden value', [['HiddenValueCallback', {}], script(), outcome], Authentication],
  ['a script to sign in', [script(), outcome], Authentication],
  ['a script to register', [script('pubKeyCredParams'), outcome], Registration],
  ['a script after a text', [text('Hi', '0'), script('pubKeyCredParams'), outcome], Registration],
  ['data and a script', [metadata(SIGN_IN), script('pubKeyCredParams'), outcome], Authentication],
  [
    'data without a relying party',
    [metadata({ _action: 'webauthn_authentication' }), outcome],
    None,
  ],
  ['data that is none', [metadata(null), outcome], None],
  ['data without an outcome', [metadata(SIGN_IN)], None],
  ['a script without an outcome', [script()], None],
  ['an outcome alone', [outcome], None],
  ['another hidden value', [metadata(SIGN_IN), ['HiddenValueCallback', { id: 'x' }]], None],
  ['another text', [text('Hello'), outcome], None],
  ['nothing', [], None],
]) {
  test(`the type of a step: ${what}`, () => {
    assert.equal(WebAuthn.getWebAuthnStepType(step(...callbacks)), expected);
  });
}

test('the callbacks of a step', () => {
  const full = step(script(), metadata({}), metadata(SIGN_IN), outcome);
  const [textOutputCallback, , metadataCallback, hiddenCallback] = full.callbacks;
  assert.deepEqual(WebAuthn.getCallbacks(full), { hiddenCallback, metadataCallback });
  assert.equal(WebAuthn.getTextOutputCallback(full), textOutputCallback);
  const scripted = step(script(), outcome);
  assert.deepEqual(WebAuthn.getCallbacks(scripted), {
    hiddenCallback: scripted.callbacks[1],
    textOutputCallback: scripted.callbacks[0],
  });
  assert.equal(WebAuthn.getOutcomeCallback(step()), undefined);
  assert.equal(WebAuthn.getMetadataCallback(step()), undefined);
  assert.equal(WebAuthn.getTextOutputCallback(step()), undefined);
});

const OPTIONS = {
  challenge: buffer(-5, -1),
  timeout: 60_000,
  allowCredentials: [key(1, -2)],
  userVerification: 'preferred',
  rpId: 'example.com',
};
const BARE = '{ "type": "public-key", "id": new Int8Array([1, -2]).buffer }';
const without = (options, ...names) =>
  Object.fromEntries(Object.entries(options).filter(([name]) => !names.includes(name)));

for (const [what, more, expected] of [
  ["AM's JavaScript", {}, OPTIONS],
  ['a base64url challenge', { challenge: '-_8' }, OPTIONS],
  ['a number of milliseconds', { timeout: 60_000 }, OPTIONS],
  ['no timeout', { timeout: undefined }, without(OPTIONS, 'timeout')],
  ['a relying party as it is', { relyingPartyId: 'example.com' }, OPTIONS],
  ['no relying party', { relyingPartyId: '' }, without(OPTIONS, 'rpId')],
  ['no verification', { userVerification: undefined }, without(OPTIONS, 'userVerification')],
  ['6.5', { allowCredentials: undefined, acceptableCredentials: BARE }, OPTIONS],
  ['no credential', { allowCredentials: '' }, without(OPTIONS, 'allowCredentials')],
  ['no list', { allowCredentials: undefined }, without(OPTIONS, 'allowCredentials')],
  ['an empty list', { allowCredentials: '[]' }, without(OPTIONS, 'allowCredentials')],
  [
    'an empty list in JavaScript',
    { allowCredentials: 'allowCredentials: []' },
    without(OPTIONS, 'allowCredentials'),
  ],
  [
    'an empty id',
    { allowCredentials: BARE.replace('1, -2', '') },
    without(OPTIONS, 'allowCredentials'),
  ],
  [
    'several',
    { allowCredentials: `allowCredentials: [${BARE},${BARE.replace('1, -2', '0,127')}]` },
    { ...OPTIONS, allowCredentials: [key(1, -2), key(0, 127)] },
  ],
  [
    'JSON',
    {
      allowCredentials: 'allowCredentials: junk',
      _allowCredentials: [{ type: 'public-key', id: [9, -9], transports: ['usb'] }],
      relyingPartyId: 'junk',
      _relyingPartyId: 'auth.example.com',
      extensions: { appid: 'https://example.com' },
    },
    {
      ...OPTIONS,
      allowCredentials: [{ ...key(9, -9), transports: ['usb'] }],
      rpId: 'auth.example.com',
      extensions: { appid: 'https://example.com' },
    },
  ],
  [
    'JSON with bytes that have no sign, and base64url',
    { _allowCredentials: [{ id: [255, 128] }, { id: '_-8' }] },
    { ...OPTIONS, allowCredentials: [key(-1, -128), key(-1, -17)] },
  ],
  [
    'JSON of none',
    { _allowCredentials: [], _relyingPartyId: '' },
    without(OPTIONS, 'allowCredentials', 'rpId'),
  ],
]) {
  test(`options to sign in: ${what}`, () => {
    const options = WebAuthn.createAuthenticationPublicKey({ ...SIGN_IN, ...more });
    assert.deepEqual(options, expected);
  });
}

const CREATION = {
  attestation: 'none',
  authenticatorSelection: { userVerification: 'preferred' },
  challenge: buffer(-5, -1),
  excludeCredentials: [key(3)],
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  rp: { name: 'Example', id: 'example.com' },
  timeout: 60_000,
  user: { id: new Uint8Array(utf8('ZGVtbw')), name: 'demo', displayName: 'Demo User' },
};

for (const [what, more, expected] of [
  ["AM's JavaScript", {}, CREATION],
  ['a base64url challenge', { challenge: '-_8' }, CREATION],
  ['none to exclude', { excludeCredentials: '' }, without(CREATION, 'excludeCredentials')],
  [
    'an empty list to exclude',
    { excludeCredentials: '[]' },
    without(CREATION, 'excludeCredentials'),
  ],
  ['parameters that are a list', { pubKeyCredParams: CREATION.pubKeyCredParams }, CREATION],
  ['bare names', { pubKeyCredParams: '{ type: "public-key", alg: -7 }' }, CREATION],
  [
    'several, with bare names',
    { pubKeyCredParams: '{type:"public-key",alg:-7}, { "type" : "public-key", "alg" : -257 }' },
    {
      ...CREATION,
      pubKeyCredParams: [
        { type: 'public-key', alg: -7 },
        { type: 'public-key', alg: -257 },
      ],
    },
  ],
  ['an object', { authenticatorSelection: CREATION.authenticatorSelection }, CREATION],
  ['no relying party', { relyingPartyId: '' }, { ...CREATION, rp: { name: 'Example' } }],
  [
    'no display name',
    { displayName: undefined },
    { ...CREATION, user: { ...CREATION.user, displayName: 'demo' } },
  ],
  [
    'a user id that is not Latin',
    { userId: 'Zoë 日本' },
    { ...CREATION, user: { ...CREATION.user, id: new Uint8Array(utf8('Zoë 日本')) } },
  ],
  [
    'JSON',
    {
      authenticatorSelection: undefined,
      _authenticatorSelection: { residentKey: 'required' },
      pubKeyCredParams: undefined,
      _pubKeyCredParams: [{ type: 'public-key', alg: -257 }],
      excludeCredentials: undefined,
      _excludeCredentials: [{ type: 'public-key', id: [9] }],
      _relyingPartyId: 'auth.example.com',
      extensions: { credProps: true },
    },
    {
      ...CREATION,
      authenticatorSelection: { residentKey: 'required' },
      pubKeyCredParams: [{ type: 'public-key', alg: -257 }],
      excludeCredentials: [key(9)],
      rp: { name: 'Example', id: 'auth.example.com' },
      extensions: { credProps: true },
    },
  ],
]) {
  test(`options to register: ${what}`, () => {
    assert.deepEqual(WebAuthn.createRegistrationPublicKey({ ...REGISTER, ...more }), expected);
  });
}

// Each row lacks what the later rows lack, too: the order counts.
const ALL_BAD = {
  pubKeyCredParams: undefined,
  excludeCredentials: undefined,
  authenticatorSelection: undefined,
  challenge: '*',
};
for (const [what, more, name, message] of [
  ['anything', ALL_BAD, 'DataError', 'Missing pubKeyCredParams property from registration options'],
  [
    'excludeCredentials',
    { ...ALL_BAD, pubKeyCredParams: [] },
    'EncodingError',
    'Transforming credential object to string failed',
  ],
  [
    'authenticatorSelection',
    { ...ALL_BAD, pubKeyCredParams: [], excludeCredentials: '' },
    'SyntaxError',
    /JSON/,
  ],
  ['a challenge', { challenge: '*' }, 'InvalidCharacterError', /./],
]) {
  test(`registration fails at once without ${what}`, async (t) => {
    const asked = setBrowser(t, () => new Promise(() => {}));
    const bad = registration(more);
    const error = await WebAuthn.register(bad).catch((error) => error);
    assert.equal(error.name, name);
    assert.match(error.message, typeof message === 'string' ? new RegExp(`^${message}$`) : message);
    assert.equal(outcomeOf(bad), `ERROR::${name}:${error.message}`);
    assert.deepEqual(asked, []);
  });
}

test('the same step comes back, with the outcome of a sign-in', async (t) => {
  const asked = setBrowser(t, () => ASSERTION);
  const given = signIn();
  assert.equal(await WebAuthn.authenticate(given), given);
  assert.equal(outcomeOf(given), ASSERTED);
  assert.deepEqual(asked, [['get', { publicKey: OPTIONS }]]);
});

test('the same step comes back, with the outcome of a registration', async (t) => {
  const asked = setBrowser(t, () => ATTESTATION);
  const given = registration();
  assert.equal(await WebAuthn.register(given), given);
  assert.equal(outcomeOf(given), ATTESTED);
  assert.deepEqual(asked, [['create', { publicKey: CREATION }]]);
});

const withHandle = (handle) => ({
  ...ASSERTION,
  response: { ...ASSERTION.response, userHandle: utf8(handle) },
});
const wrapped = (authenticatorAttachment, legacyData) =>
  JSON.stringify({ authenticatorAttachment, legacyData });
const JSON_TOO = { supportsJsonResponse: true };

for (const [what, more, credential, expected] of [
  ['a user handle', {}, withHandle('Zoë'), `${ASSERTED}::Zoë`],
  ['an empty user handle', {}, withHandle(''), ASSERTED],
  [
    'an attachment that AM has no place for',
    {},
    { ...ASSERTION, authenticatorAttachment: 'platform' },
    ASSERTED,
  ],
  [
    'an attachment',
    JSON_TOO,
    { ...withHandle('me'), authenticatorAttachment: 'platform' },
    wrapped('platform', `${ASSERTED}::me`),
  ],
  [
    'an unknown attachment',
    JSON_TOO,
    { ...ASSERTION, authenticatorAttachment: null },
    wrapped(null, ASSERTED),
  ],
  ['a browser without attachments', JSON_TOO, ASSERTION, ASSERTED],
]) {
  test(`the outcome of a sign-in with ${what}`, async (t) => {
    setBrowser(t, () => credential);
    assert.equal(outcomeOf(await WebAuthn.authenticate(signIn(more))), expected);
  });
}

for (const [what, name, more, credential, expected] of [
  ['a name', 'My key', {}, ATTESTATION, `${ATTESTED}::My key`],
  ['an empty name', '', {}, ATTESTATION, ATTESTED],
  [
    'a name and an attachment',
    'My key',
    JSON_TOO,
    { ...ATTESTATION, authenticatorAttachment: 'cross-platform' },
    wrapped('cross-platform', `${ATTESTED}::My key`),
  ],
]) {
  test(`the outcome of a registration with ${what}`, async (t) => {
    setBrowser(t, () => credential);
    assert.equal(outcomeOf(await WebAuthn.register(registration(more), name)), expected);
  });
}

const CEREMONIES = [
  ['authentication', signIn, (step, signal) => WebAuthn.authenticate(step, signal)],
  ['registration', registration, (step, signal) => WebAuthn.register(step, undefined, signal)],
];
for (const [name, stepOf, perform] of CEREMONIES) {
  for (const [what, answer, expected] of [
    ['NotAllowedError', new DOMException('No.', 'NotAllowedError'), 'ERROR::NotAllowedError:No.'],
    ['AbortError', new DOMException('Over.', 'AbortError'), 'ERROR::AbortError:Over.'],
    ['NotSupportedError', new DOMException('No.', 'NotSupportedError'), 'unsupported'],
    ['TypeError', new TypeError('Bad.'), 'ERROR::TypeError:Bad.'],
    [
      'an error of another realm',
      runInNewContext("Object.assign(new TypeError('Bad.'), { name: 'InvalidStateError' })"),
      'ERROR::InvalidStateError:Bad.',
    ],
    [
      'an AbortError of a polyfill',
      { name: 'AbortError', message: 'Over.' },
      'ERROR::AbortError:Over.',
    ],
    ['what is no error', 'a text', ''],
    ['nothing', undefined, ''],
  ]) {
    test(`${name}: ${what} of the browser`, async (t) => {
      setBrowser(t, () => Promise.reject(answer));
      const given = stepOf();
      assert.equal(await perform(given).catch((error) => error), answer);
      assert.equal(outcomeOf(given), expected);
    });
  }

  for (const [what, credential, errorName, message] of [
    ['no credential', null, 'UnknownError', `No credential generated from ${name}`],
    [
      'a credential of another kind',
      { id: 'x' },
      'EncodingError',
      'Transforming credential object to string failed',
    ],
  ]) {
    test(`${name}: ${what}`, async (t) => {
      setBrowser(t, () => credential);
      const given = stepOf();
      await assert.rejects(perform(given), { name: errorName, message });
      assert.equal(outcomeOf(given), `ERROR::${errorName}:${message}`);
    });
  }

  test(`${name}: a browser without WebAuthn`, async (t) => {
    setGlobals(t, { PublicKeyCredential: undefined });
    const given = stepOf();
    await assert.rejects(perform(given), {
      name: 'NotSupportedError',
      message: 'PublicKeyCredential not supported by this browser',
    });
    assert.equal(outcomeOf(given), 'unsupported');
    assert.equal(WebAuthn.isSupported(), false);
    assert.equal(await WebAuthn.isConditionalMediationSupported(), false);
  });

  const wrong = `Incorrect callbacks for WebAuthn ${name}`;
  const noData = `No metadata callback found for WebAuthn ${name}. Please disable JavaScript in server node.`;
  for (const [what, given, errorName, message, expected] of [
    ['a script', step(script(), outcome), 'Error', noData, `ERROR::Error:${noData}`],
    ['an outcome alone', step(outcome), 'DataError', wrong, `ERROR::DataError:${wrong}`],
    ['data alone', step(metadata(SIGN_IN)), 'DataError', wrong, undefined],
    ['nothing', step(), 'DataError', wrong, undefined],
  ]) {
    test(`${name} of a step with ${what}`, async (t) => {
      setBrowser(t, () => assert.fail('asked'));
      await assert.rejects(perform(given), { name: errorName, message });
      assert.equal(outcomeOf(given), expected);
    });
  }

  test(`${name}: the caller's signal reaches the browser`, async (t) => {
    const asked = setBrowser(t, () => (name === 'registration' ? ATTESTATION : ASSERTION));
    const { signal } = new AbortController();
    await perform(stepOf(), signal);
    assert.equal(asked[0][1].signal, signal);
  });
}

/** A browser that waits until it is told to stop. */
function waits({ signal }) {
  return new Promise((_, reject) => {
    const stop = () => reject(signal.reason);
    if (signal.aborted) stop();
    signal.addEventListener('abort', stop);
  });
}

const CONDITIONAL = { mediation: 'conditional' };
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('other mediation is handed on', async (t) => {
  const asked = setBrowser(t, () => ASSERTION, { conditional: () => assert.fail('asked') });
  await WebAuthn.authenticate(signIn({ mediation: 'silent' }));
  assert.deepEqual(asked, [['get', { publicKey: OPTIONS, mediation: 'silent' }]]);
});

test('conditional mediation', async (t) => {
  const asked = setBrowser(t, () => ASSERTION);
  const given = await WebAuthn.authenticate(signIn(CONDITIONAL));
  assert.equal(outcomeOf(given), ASSERTED);
  const { signal, ...options } = asked[0][1];
  assert.deepEqual(options, { publicKey: OPTIONS, mediation: 'conditional' });
  assert.equal(signal.aborted, false);
});

for (const [what, conditional] of [
  ['is not available', async () => false],
  ['is unknown', undefined],
]) {
  test(`conditional mediation ${what}`, async (t) => {
    const asked = setBrowser(t, () => ASSERTION, { conditional: null });
    globalThis.PublicKeyCredential.isConditionalMediationAvailable = conditional;
    const given = signIn(CONDITIONAL);
    await assert.rejects(WebAuthn.authenticate(given), {
      name: 'NotSupportedError',
      message: 'Conditional mediation was requested, but is not supported by this browser.',
    });
    assert.equal(outcomeOf(given), 'unsupported');
    assert.deepEqual(asked, []);
    assert.equal(await WebAuthn.isConditionalMediationSupported(), false);
  });
}

const later = {
  'another conditional request': (signal) => WebAuthn.authenticate(signIn(CONDITIONAL), signal),
  'a sign-in by a button': () => WebAuthn.authenticate(signIn()),
  'a registration': () => WebAuthn.register(registration()),
};
for (const [what, request] of Object.entries(later)) {
  for (const own of [true, false]) {
    test(`${what} ends a conditional request ${own ? "with the caller's signal" : ''}`, async (t) => {
      const answers = [waits, what === 'a registration' ? () => ATTESTATION : () => ASSERTION];
      setBrowser(t, (options) => answers.shift()(options));
      const { signal } = new AbortController();
      const first = signIn(CONDITIONAL);
      const refused = assert.rejects(WebAuthn.authenticate(first, own ? signal : undefined), {
        name: 'AbortError',
      });
      await settled();
      await request();
      await refused;
      assert.equal(outcomeOf(first), '');
      assert.equal(signal.aborted, false);
    });
  }
}

test('one conditional request at once with another: the first ends', async (t) => {
  const asked = setBrowser(t, waits);
  const controller = new AbortController();
  const first = WebAuthn.authenticate(signIn(CONDITIONAL));
  const second = WebAuthn.authenticate(signIn(CONDITIONAL), controller.signal);
  await assert.rejects(first, { name: 'AbortError' });
  assert.deepEqual(
    asked.map(([, { signal }]) => signal.aborted),
    [true, false],
  );
  controller.abort();
  await assert.rejects(second, { name: 'AbortError' });
});

for (const when of ['before', 'while it waits']) {
  test(`the caller ends a conditional request ${when}`, async (t) => {
    setBrowser(t, waits);
    const controller = new AbortController();
    const given = signIn(CONDITIONAL);
    if (when === 'before') controller.abort();
    const refused = assert.rejects(WebAuthn.authenticate(given, controller.signal), {
      name: 'AbortError',
    });
    await settled();
    controller.abort();
    await refused;
    assert.equal(outcomeOf(given), '');
  });
}

test('the reason of the caller is the error, and an outcome', async (t) => {
  setBrowser(t, waits);
  const controller = new AbortController();
  const given = signIn(CONDITIONAL);
  const reason = new DOMException('Too late.', 'TimeoutError');
  const refused = WebAuthn.authenticate(given, controller.signal).catch((error) => error);
  await settled();
  controller.abort(reason);
  assert.equal(await refused, reason);
  assert.equal(outcomeOf(given), 'ERROR::TimeoutError:Too late.');
});

test("the caller's signal keeps no listener", async (t) => {
  setBrowser(t, () => ASSERTION);
  const { signal } = new AbortController();
  const listeners = [];
  t.mock.method(signal, 'addEventListener', (_, listener) => listeners.push(listener));
  t.mock.method(signal, 'removeEventListener', (_, listener) =>
    listeners.splice(listeners.indexOf(listener), 1),
  );
  await WebAuthn.authenticate(signIn(CONDITIONAL), signal);
  assert.equal(signal.addEventListener.mock.callCount(), 1);
  assert.deepEqual(listeners, []);
});
