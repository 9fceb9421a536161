/** `Policy`: the documented client's message for each policy. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { PolicyKey } from '../../pkg/callbacks/policies.js';
import { Policy } from '../../pkg/policy.js';

const FAILS = (key) => [key, {}, ` has failed the "${key}" policy`];
const ROWS = [
  ['CANNOT_CONTAIN_CHARACTERS', {}, ' must not contain following characters: ""'],
  [
    'CANNOT_CONTAIN_CHARACTERS',
    { forbiddenChars: '&<' },
    ' must not contain following characters: "&<"',
  ],
  ['CANNOT_CONTAIN_DUPLICATES', {}, ' must not contain duplicates: ""'],
  ['CANNOT_CONTAIN_DUPLICATES', { duplicateValue: 'a' }, ' must not contain duplicates: "a"'],
  ['CANNOT_CONTAIN_OTHERS', {}, ' must not contain: ""'],
  ['CANNOT_CONTAIN_OTHERS', { disallowedFields: 'sn' }, ' must not contain: "sn"'],
  ['AT_LEAST_X_CAPITAL_LETTERS', {}, ' must contain at least 0 capital letters'],
  ['AT_LEAST_X_CAPITAL_LETTERS', { numCaps: 1 }, ' must contain at least 1 capital letter'],
  ['AT_LEAST_X_CAPITAL_LETTERS', { numCaps: 2 }, ' must contain at least 2 capital letters'],
  ['AT_LEAST_X_NUMBERS', {}, ' must contain at least 0 numeric values'],
  ['AT_LEAST_X_NUMBERS', { numNums: 1 }, ' must contain at least 1 numeric value'],
  ['AT_LEAST_X_NUMBERS', { numNums: 3 }, ' must contain at least 3 numeric values'],
  ['MAX_LENGTH', {}, ' must be at most 0 characters'],
  ['MAX_LENGTH', { maxLength: 1 }, ' must be at most 1 character'],
  ['MAX_LENGTH', { maxLength: 8 }, ' must be at most 8 characters'],
  ['MIN_LENGTH', {}, ' must be at least 0 characters'],
  ['MIN_LENGTH', { minLength: 1 }, ' must be at least 1 character'],
  ['MIN_LENGTH', { minLength: 8 }, ' must be at least 8 characters'],
  ['REQUIRED', {}, ' is required'],
  ['UNIQUE', {}, ' must be unique'],
  ['VALID_DATE', {}, ' has an invalid date'],
  ['VALID_EMAIL_ADDRESS_FORMAT', {}, ' has an invalid email address'],
  ['VALID_NAME_FORMAT', {}, ' has an invalid name format'],
  ['VALID_NUMBER', {}, ' has an invalid number'],
  ['VALID_PHONE_FORMAT', {}, ' has an invalid phone number'],
  FAILS('MATCH_REGEXP'),
  FAILS('MAXIMUM_NUMBER_VALUE'),
  FAILS('MINIMUM_NUMBER_VALUE'),
  FAILS('VALID_ARRAY_ITEMS'),
  FAILS('VALID_QUERY_FILTER'),
  FAILS('VALID_TYPE'),
  ['UNKNOWN_POLICY', {}, ': Unknown policy requirement "UNKNOWN_POLICY"'],
  ['NEW_POLICY', {}, ': Unknown policy requirement "NEW_POLICY"'],
  ['toString', {}, ': Unknown policy requirement "toString"'],
  [undefined, {}, ': Unknown policy requirement "Unknown"'],
];

for (const [policyRequirement, params, expected] of ROWS) {
  test(`${policyRequirement} ${JSON.stringify(params)}`, () => {
    const policy = { policyRequirement, params };
    assert.equal(Policy.parsePolicyRequirement('It', policy), `It${expected}`);
    assert.equal(Policy.parsePolicyRequirement('It', JSON.stringify(policy)), `It${expected}`);
  });
}

test('every key has a message', () => {
  const covered = new Set(ROWS.map(([key]) => key));
  assert.deepEqual(
    Object.values(PolicyKey).filter((key) => !covered.has(key)),
    [],
  );
});

for (const [what, policy, expected] of [
  ['a name', 'REQUIRED', 'It is required'],
  ['a name as JSON', '"REQUIRED"', 'It is required'],
  ['null as JSON', 'null', 'It: Unknown policy requirement "null"'],
  ['no policy', null, 'It: Unknown policy requirement "null"'],
  ['a policy without parameters', { policyRequirement: 'UNIQUE' }, 'It must be unique'],
]) {
  test(`${what} for a policy`, () => {
    assert.equal(Policy.parsePolicyRequirement('It', policy), expected);
  });
}

test("the app's messages come first, with the parameters and the name", () => {
  const creator = {
    MIN_LENGTH: (property, params) => `${property}: ${JSON.stringify(params)}`,
    UNKNOWN_POLICY: () => 'not asked',
  };
  const policy = { policyRequirement: 'MIN_LENGTH', params: { minLength: 8 } };
  assert.equal(
    Policy.parsePolicyRequirement('It', policy, creator),
    'It: {"minLength":8,"policyRequirement":"MIN_LENGTH"}',
  );
  assert.equal(
    Policy.parsePolicyRequirement('It', 'NEW_POLICY', creator),
    'It: Unknown policy requirement "NEW_POLICY"',
  );
});

test('a failure in words, in its order', () => {
  const detail = [
    { property: 'userName', policyRequirements: [{ policyRequirement: 'UNIQUE' }] },
    {
      property: 'password',
      policyRequirements: [
        '{"policyRequirement":"MIN_LENGTH","params":{"minLength":8}}',
        { policyRequirement: 'AT_LEAST_X_NUMBERS', params: { numNums: 1 } },
      ],
    },
    '{"property":"sn","policyRequirements":["REQUIRED"]}',
    { property: 'mail' },
    null,
  ];
  const errors = Policy.parseErrors(
    { detail: { failedPolicyRequirements: detail } },
    { UNIQUE: (property) => `${property} is taken` },
  );
  assert.deepEqual(errors, [
    { detail: detail[0], messages: ['userName is taken'] },
    {
      detail: detail[1],
      messages: [
        'password must be at least 8 characters',
        'password must contain at least 1 numeric value',
      ],
    },
    { detail: detail[2], messages: ['sn is required'] },
    { detail: detail[3], messages: [] },
    { detail: detail[4], messages: [] },
  ]);
  assert.equal(errors[0].detail, detail[0]);
});

for (const failure of [undefined, {}, { detail: null }, { detail: 'no' }]) {
  test(`no failed policies in ${JSON.stringify(failure)}`, () => {
    assert.deepEqual(Policy.parseErrors(failure), []);
  });
}
