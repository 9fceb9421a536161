/**
 * What must hold for every answer of AM, tried with random ones. `RUNS` is how many for each test
 * (500), `SEED` repeats a failure.
 */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import * as callbacks from '../../pkg/callbacks/callbacks.js';
import { Policy, PolicyKey } from '../../pkg/callbacks/policies.js';
import { createResult } from '../../pkg/callbacks/step.js';
import { stepUp } from '../../pkg/core/step-up.js';
import { createWellknownError, isValidWellknownUrl } from '../../pkg/entry/wellknown.js';
import { QRCode } from '../../pkg/qr-code.js';
import { RecoveryCodes } from '../../pkg/recovery-codes.js';
import { WebAuthn } from '../../pkg/webauthn.js';
import { step } from './steps.js';

const RUNS = Number(process.env.RUNS ?? 500);
const SEED = Number(process.env.SEED ?? Date.now() % 2 ** 32);

/** Texts that the readers know, and texts that are in the way. */
const WORDS = [
  ...Object.values(PolicyKey),
  ...Object.keys(callbacks.callbackType),
  ...['policyRequirement', 'params', 'property', 'policyRequirements', 'failedPolicyRequirements'],
  ...['detail', 'name', 'value', 'output', 'input', 'type', 'id', 'data', 'message', 'messageType'],
  ...['prompt', 'choices', 'options', 'policies', 'failedPolicies', 'createDate', 'waitTime'],
  ...['webAuthnOutcome', 'relyingPartyId', '_relyingPartyId', 'challenge', 'pubKeyCredParams'],
  ...['allowCredentials', '_allowCredentials', 'excludeCredentials', 'authenticatorSelection'],
  ...['callbacks', 'authId', 'stage', 'header', 'advices', 'TransactionConditionAdvice', 'error'],
  ...['IDToken1', 'IDToken1validateOnly', 'IDToken2question', 'IDToken2answer', '4', '0', '-1'],
  ...[
    'otpauth://x',
    'pushauth://x',
    'mfauth://x',
    'Recovery Codes',
    '"code\\n" +',
    '\n    "AB12\\n"',
  ],
  ...[
    'new Int8Array([1, -2]).buffer',
    '{ "alg" : -7 }',
    '{}',
    '[]',
    'null',
    '"',
    '\\',
    '<em>',
    '</em>',
  ],
  ...[
    '__proto__',
    'constructor',
    'toString',
    'toString',
    'toJSON',
    'valueOf',
    '',
    ' ',
    '💩',
    '\u0000',
    '<',
    '&',
    ']',
    '}',
    ',',
    '::',
  ],
];

/** A random source that a seed repeats (mulberry32). */
function randomness(seed) {
  let state = seed;
  const next = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const below = (limit) => Math.floor(next() * limit);
  const pick = (list) => list[below(list.length)];
  const many = (make, limit = 4) => Array.from({ length: below(limit) }, make);
  const text = () => many(() => pick(WORDS), 5).join(pick(['', '', ' ', '\n']));
  const word = () => pick(WORDS);
  /** Any JSON. */
  const json = (depth = 4) => {
    const kinds = [text, word, () => below(9) - 4, () => next() * 1e9, () => true, () => null];
    if (depth > 0) {
      kinds.push(() => many(() => json(depth - 1)));
      kinds.push(() => object(depth));
      kinds.push(() => JSON.stringify(json(depth - 1)));
    }
    return pick(kinds)();
  };
  const object = (depth = 4) =>
    JSON.parse(JSON.stringify(Object.fromEntries(many(() => [word(), json(depth - 1)], 6))));
  const entries = () => many(() => pick([{ name: word(), value: json(3) }, json(1)]), 5);
  /** A callback that is nearly one. */
  const callback = (type = word()) => ({
    type,
    output: pick([entries(), entries(), json(2)]),
    input: pick([entries(), entries(), json(2)]),
  });
  return { below, pick, many, text, word, json, object, callback };
}

/** Runs a test often; the message of a failure has the seed. */
function property(name, body) {
  test(name, async () => {
    for (let run = 0; run < RUNS; run += 1) {
      const seed = (SEED + run) % 2 ** 32;
      try {
        await body(randomness(seed));
      } catch (cause) {
        throw new Error(`SEED=${seed} RUNS=1: ${cause.message}`, { cause });
      }
    }
  });
}

/** Errors are ours, never those of a broken assumption. */
function orError(call) {
  try {
    return call();
  } catch (error) {
    assert.equal(error.constructor, Error, `${error.stack}`);
    return undefined;
  }
}

const classes = Object.values(callbacks).filter((value) => /^class/.test(String(value)));

property('every method of every callback returns, or throws what is documented', (random) => {
  for (const Class of classes) {
    const payload = random.callback();
    const before = JSON.stringify(payload);
    const callback = new Class(payload);
    const names = new Set();
    for (let at = Class.prototype; at !== Object.prototype; at = Object.getPrototypeOf(at)) {
      for (const name of Object.getOwnPropertyNames(at)) names.add(name);
    }
    names.delete('constructor');
    for (const name of [...names].filter((name) => /^(get|is)/.test(name))) {
      orError(() => callback[name](random.word(), random.json(1)));
    }
    assert.equal(JSON.stringify(payload), before, 'to look changes nothing');
    for (const name of [...names].filter((name) => name.startsWith('set'))) {
      orError(() => callback[name](random.json(2)));
    }
    assert.equal(callback.payload, payload);
  }
});

property('every answer that is a step becomes one, over its own payload', (random) => {
  const payload = { ...random.object(), authId: 'a', callbacks: random.json(1) };
  if (random.below(3)) payload.callbacks = random.many(() => random.callback());
  const result = createResult({ type: 'Step', payload });
  const sent = Array.isArray(payload.callbacks) ? payload.callbacks : [];
  const objects = sent.filter((entry) => entry && typeof entry === 'object');
  assert.deepEqual(
    result.callbacks.map(({ payload }) => payload),
    objects,
  );
  objects.forEach((entry, index) => {
    assert.equal(result.callbacks[index].payload, entry);
  });
  for (const type of [random.word(), objects[0]?.type]) {
    const found = result.getCallbacksOfType(type);
    orError(() => assert.equal(result.getCallbackOfType(type), found[0]));
  }
  assert.equal(result.payload, payload);
  assert.ok(!('error' in result));
  assert.deepEqual([result.getStage(), result.getHeader()], [payload.stage, payload.header]);
});

property('every refusal becomes a failure, whose policies are put in words', (random) => {
  const payload = random.object();
  payload.code = random.json(2);
  payload.detail = random.pick([random.json(), { failedPolicyRequirements: random.json() }]);
  const result = createResult({ type: 'LoginFailure', payload, status: 401 });
  for (const { messages } of result.getProcessedMessage()) {
    for (const message of messages) assert.equal(typeof message, 'string');
  }
  assert.ok(Object.isFrozen(result.payload) && !('error' in result));
  assert.equal(typeof result.getCode(), 'number');
});

property('every policy, as an object, as JSON and as a name, has a message', (random) => {
  const policyRequirement = random.word();
  const params = random.pick([undefined, random.object(2), random.json(2)]);
  const policy = { policyRequirement, params };
  const message = Policy.parsePolicyRequirement('p', policy);
  assert.ok(message.startsWith('p'), message);
  assert.equal(Policy.parsePolicyRequirement('p', JSON.stringify(policy)), message);
  assert.equal(typeof Policy.parsePolicyRequirement(random.json(1), random.json()), 'string');
  const asked = [];
  const creator = { [policyRequirement]: (...args) => asked.push(args) && 'mine' };
  assert.equal(Policy.parsePolicyRequirement('p', policy, creator), 'mine');
  assert.deepEqual(asked[0][1].policyRequirement, policyRequirement);
});

property('recovery codes: those of the script, and none of anything else', (random) => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-abc';
  const code = () =>
    Array.from({ length: 1 + random.below(12) }, () => random.pick(alphabet)).join('');
  const codes = random.many(code, 12);
  const lines = codes.map((text) => `    "${text}\\n" +`).join('\n');
  const script = `var text = "Your Recovery Codes:\\n" +\n${lines}\n"";`;
  const shown = step(['TextOutputCallback', { message: script, messageType: '4' }]);
  assert.deepEqual(RecoveryCodes.getCodes(shown), codes);
  assert.equal(RecoveryCodes.isDisplayStep(shown), codes.length > 0);

  const other = step(
    ...random.many(() => ['TextOutputCallback', { message: random.json(), messageType: '4' }]),
  );
  const found = RecoveryCodes.getCodes(other);
  for (const text of found) assert.match(text, /^[\w-]+$/);
  assert.equal(RecoveryCodes.isDisplayStep(other), found.length > 0);
  assert.equal(typeof RecoveryCodes.getDeviceName(other), 'string');
});

property('a QR code is one with a URI', (random) => {
  const sent = random.many(() => [
    random.pick(['HiddenValueCallback', 'TextOutputCallback']),
    { value: random.json(1), message: random.json(1), messageType: random.json(1) },
  ]);
  const shown = step(...sent);
  const data = orError(() => QRCode.getQRCodeData(shown));
  assert.equal(QRCode.isQRCodeStep(shown), Boolean(data?.uri));
  if (data) assert.ok(['otp', 'push'].includes(data.use));
});

property('WebAuthn: credentials come through JavaScript and JSON as they are', (random) => {
  const lists = random.many(() =>
    Array.from({ length: 1 + random.below(40) }, () => random.below(256) - 128),
  );
  const id = (numbers) =>
    `{ "type": "public-key", "id": new Int8Array([${numbers.join(', ')}]).buffer }`;
  const challenge = Buffer.from(lists.flat()).toString('base64');
  const scripted = { challenge, allowCredentials: `allowCredentials: [${lists.map(id)}]` };
  const listed = { challenge, _allowCredentials: lists.map((id) => ({ id })) };
  const encoded = {
    challenge,
    _allowCredentials: lists.map((id) => ({ id: Buffer.from(id).toString('base64url') })),
  };
  for (const data of [scripted, listed, encoded]) {
    const options = WebAuthn.createAuthenticationPublicKey(data);
    const ids = (options.allowCredentials ?? []).map(({ id }) => [...new Int8Array(id)]);
    assert.deepEqual(ids, lists);
    assert.equal(Buffer.from(options.challenge).toString('base64'), challenge);
  }
});

property('WebAuthn: any data gives options or an error with a name', (random) => {
  const data = random.object();
  const sent = [
    ['MetadataCallback', { data: random.pick([data, random.json()]) }],
    ['HiddenValueCallback', { id: random.pick(['webAuthnOutcome', random.json(1)]) }, {}],
    ['TextOutputCallback', { message: random.json(1) }],
  ];
  assert.ok([0, 1, 2].includes(WebAuthn.getWebAuthnStepType(step(...sent))));
  for (const create of ['createAuthenticationPublicKey', 'createRegistrationPublicKey']) {
    try {
      WebAuthn[create](data);
    } catch (error) {
      assert.ok(error instanceof Error && error.name, String(error));
    }
  }
});

property('any thrown or sent error becomes an error of the well-known document', (random) => {
  const made = createWellknownError(random.json());
  assert.ok('error' in made && 'type' in made && 'message' in made);
  const url = `${random.pick(['https:', 'http:', 'ftp:', ''])}//${random.pick(['h', 'localhost', '[::1]', random.word()])}/${random.text()}/.well-known/openid-configuration`;
  if (isValidWellknownUrl(url)) assert.match(new URL(url).protocol, /^https?:$/);
});

property('an advice is well-formed XML with the texts that were sent', async (random) => {
  const advices = random.pick([random.json(), { [random.word()]: [random.text()] }]);
  const headers = { 'content-type': 'application/json' };
  const body = random.pick([{ advices }, [{ advices }], random.json()]);
  const response = new Response(JSON.stringify(body), { status: 403, headers });
  let advice;
  const handler = (given) => {
    advice = given;
    return true;
  };
  const request = new Request('https://api.example/?a=b#c');
  const repeated = await stepUp(handler, response, request);
  assert.equal(await response.text(), JSON.stringify(body), 'the app can still read it');
  if (!advice) return assert.equal(repeated, undefined);
  assert.equal(new URL(repeated.url).origin, 'https://api.example');
  const pair =
    /<AttributeValuePair><Attribute name="([^"<>]*)"\/>((?:<Value>[^<>]*<\/Value>)+)<\/AttributeValuePair>/g;
  const { authIndexValue } = advice.query;
  assert.match(authIndexValue, new RegExp(`^<Advices>(${pair.source})+</Advices>$`));
  const plain = (text) => text.replace(/&#(\d+);/g, (_, code) => String.fromCharCode(code));
  const read = Array.from(authIndexValue.matchAll(pair), ([, name, values]) => [
    plain(name),
    Array.from(values.matchAll(/<Value>([^<]*)/g), ([, value]) => plain(value)),
  ]);
  assert.deepEqual(read, Object.entries(advice.advices));
});

test('long texts that look like what is sought are read in no time', async () => {
  const LENGTH = 200_000;
  const long = (part) => part.repeat(LENGTH / part.length);
  const texts = [
    ...['<em>', '<em ', '<em', ' "a', ' "', '"code\\n"', 'Recovery Codes', 'recovery codes "', ' '],
    ...['a', 'a ', '1,', 'Int8Array([1,', 'Int8Array( ', 'new Int8Array([', '{', '[', '"', 'a:'],
    ...['SSOADVICE ', 'advices=', '=composite_advice&authIndexValue=', '<Attribute name="a"/>'],
    ...['otpauth:', 'mfauth:', 'rpId: "', '\\', '&', '\n'],
  ];
  for (const part of texts) {
    const message = `Recovery Codes\n "c\\n" ${long(part)}`;
    const shown = step(
      ['TextOutputCallback', { message, messageType: '4' }],
      ['HiddenValueCallback', { value: long(part), id: 'webAuthnOutcome' }],
    );
    const data = { challenge: '', relyingPartyId: long(part), allowCredentials: long(part) };
    const start = performance.now();
    RecoveryCodes.getCodes(shown);
    RecoveryCodes.getDeviceName(shown);
    QRCode.getQRCodeData(shown);
    WebAuthn.getWebAuthnStepType(shown);
    WebAuthn.createAuthenticationPublicKey(data);
    try {
      WebAuthn.createRegistrationPublicKey({ ...data, pubKeyCredParams: long(part) });
    } catch {
      // It is no list.
    }
    Policy.parsePolicyRequirement('p', long(part));
    const headers = { 'www-authenticate': encodeURI(long(part)), 'content-type': 'text/json' };
    const response = new Response(JSON.stringify(message), { status: 401, headers });
    await stepUp(() => true, response, new Request('https://api.example/'));
    const milliseconds = performance.now() - start;
    assert.ok(milliseconds < 1000, `${JSON.stringify(part)} took ${milliseconds} ms`);
  }
});
