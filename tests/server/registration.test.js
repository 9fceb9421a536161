import assert from 'node:assert/strict';
import { after, beforeEach, test } from 'node:test';
import { decodeJwt } from 'jose';
import { Browser, NEW_USER, outputs, start } from './client.js';

const server = await start(after);
const { control } = server;

beforeEach(() => control.reset());

const register = (browser, changes) => browser.walk('Registration', { ...NEW_USER, ...changes });

const failedOf = (step) =>
  outputs(step).map(({ failedPolicies }) => failedPolicies?.map((text) => JSON.parse(text)));

test('registration asks with the callbacks of its policies', async () => {
  const { body } = await new Browser(server).startJourney('Registration');
  assert.deepEqual(
    body.callbacks.map(({ type }) => type),
    [
      'ValidatedCreateUsernameCallback',
      'StringAttributeInputCallback',
      'NumberAttributeInputCallback',
      'BooleanAttributeInputCallback',
      'ValidatedCreatePasswordCallback',
      'KbaCreateCallback',
      'TermsAndConditionsCallback',
    ],
  );
  const [username] = outputs(body);
  assert.deepEqual(username.failedPolicies, []);
  assert.equal(username.required, true);
  assert.deepEqual(body.callbacks[0].input, [
    { name: 'IDToken1', value: '' },
    { name: 'IDToken1validateOnly', value: false },
  ]);
  assert.deepEqual(body.callbacks[5].input, [
    { name: 'IDToken6question', value: '' },
    { name: 'IDToken6answer', value: '' },
  ]);
});

test('a new user is signed in, and can sign in', async () => {
  const browser = new Browser(server);
  const { body } = await register(browser);
  assert.equal(body.tokenId, browser.cookie);
  assert.equal((await browser.sessions('getSessionInfo')).body.username, 'zoe');
  const answers = { IDToken1: 'zoe', IDToken2: NEW_USER.IDToken5 };
  assert.ok((await new Browser(server).walk('Login', answers)).body.tokenId);
  const { access_token } = await browser.tokens();
  const userinfo = await (await browser.userinfo(access_token)).json();
  assert.equal(userinfo.email, 'zoe@example.com');
  control.reset();
  assert.equal((await new Browser(server).walk('Login', answers)).status, 401);
});

for (const [index, name, value, requirement] of [
  [0, 'IDToken1', '', 'REQUIRED'],
  [0, 'IDToken1', 'ab', { params: { minLength: 3 }, policyRequirement: 'MIN_LENGTH' }],
  [
    0,
    'IDToken1',
    'a/bc',
    { params: { forbiddenChars: '/' }, policyRequirement: 'CANNOT_CONTAIN_CHARACTERS' },
  ],
  [0, 'IDToken1', 'demo', 'UNIQUE'],
  [1, 'IDToken2', '', 'REQUIRED'],
  [1, 'IDToken2', 'nowhere', 'VALID_EMAIL_ADDRESS_FORMAT'],
  [2, 'IDToken3', '21', 'VALID_NUMBER'],
  [2, 'IDToken3', 17, { params: { minimum: 18 }, policyRequirement: 'MINIMUM_NUMBER_VALUE' }],
  [3, 'IDToken4', 'yes', { params: { types: ['boolean'] }, policyRequirement: 'VALID_TYPE' }],
  [
    4,
    'IDToken5',
    'Short1',
    { params: { 'min-password-length': 8 }, policyRequirement: 'LENGTH_BASED' },
  ],
  [4, 'IDToken5', 'NoNumbers', { params: { numNums: 1 }, policyRequirement: 'AT_LEAST_X_NUMBERS' }],
  [
    4,
    'IDToken5',
    'lower-case-1',
    { params: { numCaps: 1 }, policyRequirement: 'AT_LEAST_X_CAPITAL_LETTERS' },
  ],
  [
    4,
    'IDToken5',
    'Iam-zoe-123',
    { params: { disallowedFields: 'userName' }, policyRequirement: 'CANNOT_CONTAIN_OTHERS' },
  ],
]) {
  const { policyRequirement, ...more } =
    typeof requirement === 'string' ? { policyRequirement: requirement } : requirement;
  test(`${name} ${JSON.stringify(value)} fails ${policyRequirement}, and the rest holds`, async () => {
    const browser = new Browser(server);
    const { status, body } = await register(browser, { [name]: value });
    assert.equal(status, 200);
    const [first, ...others] = failedOf(body)[index];
    if (policyRequirement !== 'REQUIRED') assert.deepEqual(others, []);
    assert.deepEqual(first, { ...more, policyRequirement });
    for (const [at, failed] of failedOf(body).entries()) {
      if (at !== index) assert.ok(failed === undefined || failed.length === 0);
    }
    assert.equal(body.callbacks[1].input[0].value, name === 'IDToken2' ? value : NEW_USER.IDToken2);
    const claims = JSON.stringify(decodeJwt(body.authId));
    for (const secret of [NEW_USER.IDToken5, NEW_USER.IDToken6answer]) {
      assert.equal(claims.includes(secret), false);
    }
    assert.ok((await browser.next(body, NEW_USER)).body.tokenId);
  });
}

test('with validateOnly the page comes again, whatever the answer', async () => {
  const browser = new Browser(server);
  const { body } = await register(browser, { IDToken1validateOnly: true });
  assert.ok(body.authId);
  assert.deepEqual(failedOf(body).flat().filter(Boolean), []);
  assert.equal(body.callbacks[0].input[1].value, false);
  assert.equal(browser.cookie, undefined);
});

for (const changes of [{ IDToken7: false }, { IDToken6answer: ' ' }, { IDToken6question: '' }]) {
  test(`${JSON.stringify(changes)} is a login failure`, async () => {
    const { status, body } = await register(new Browser(server), changes);
    assert.equal(status, 401);
    assert.equal(body.message, 'Login failure');
  });
}

test('an email address that is taken is a failure with its policy', async () => {
  const { status, body } = await register(new Browser(server), {
    IDToken2: 'demo.user@example.com',
  });
  assert.equal(status, 403);
  assert.deepEqual(body, {
    code: 403,
    reason: 'Forbidden',
    message: 'Policy validation failed',
    detail: {
      failedPolicyRequirements: [
        { policyRequirements: [{ policyRequirement: 'UNIQUE' }], property: 'mail' },
      ],
      result: false,
    },
  });
});
