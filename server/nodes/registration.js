/** Registration: the policies of a managed user, as IDM says them, and the new user. */

const text = (value) => (typeof value === 'string' ? value : '');
const failed = (policyRequirement, params) => ({ ...(params && { params }), policyRequirement });
const isFilled = (value) => value !== '' && value !== undefined && value !== null;

/** `(value, inputs, realm) => requirement | undefined`, by the name of the input. */
const POLICIES = {
  userName: [
    (value) => text(value) === '' && failed('REQUIRED'),
    (value) => text(value).length < 3 && failed('MIN_LENGTH', { minLength: 3 }),
    (value) =>
      text(value).includes('/') && failed('CANNOT_CONTAIN_CHARACTERS', { forbiddenChars: '/' }),
    (value, _inputs, { users }) => users.find(value) && failed('UNIQUE'),
  ],
  password: [
    (value) => text(value).length < 8 && failed('LENGTH_BASED', { 'min-password-length': 8 }),
    (value) => !/\d/.test(text(value)) && failed('AT_LEAST_X_NUMBERS', { numNums: 1 }),
    (value) => !/[A-Z]/.test(text(value)) && failed('AT_LEAST_X_CAPITAL_LETTERS', { numCaps: 1 }),
    (value, { userName }) =>
      isFilled(userName) &&
      text(value).includes(userName) &&
      failed('CANNOT_CONTAIN_OTHERS', { disallowedFields: 'userName' }),
  ],
  mail: [
    (value) => text(value) === '' && failed('REQUIRED'),
    (value) => !/^[^@\s]+@[^@\s]+$/.test(text(value)) && failed('VALID_EMAIL_ADDRESS_FORMAT'),
  ],
  age: [
    (value) => typeof value !== 'number' && failed('VALID_NUMBER'),
    (value) => value < 18 && failed('MINIMUM_NUMBER_VALUE', { minimum: 18 }),
  ],
  marketing: [
    (value) => typeof value !== 'boolean' && failed('VALID_TYPE', { types: ['boolean'] }),
  ],
};

/**
 * Checks the inputs that `params.check` names: `valid` or `invalid`. What failed is kept as
 * `<input>Failed`, JSON texts as AM has them. Inputs sent with `validateOnly` are only checked:
 * `invalid`, whatever they are.
 */
export function policies(inputs, { realm, params: { check } }) {
  const result = { outcome: 'valid' };
  for (const name of check) {
    const requirements = POLICIES[name].map((policy) => policy(inputs[name], inputs, realm));
    const failures = requirements.filter(Boolean).map((one) => JSON.stringify(one));
    result[`${name}Failed`] = failures;
    if (failures.length > 0 || inputs[`${name}ValidateOnly`] === true) result.outcome = 'invalid';
  }
  return result;
}

/** `true` if the terms are accepted and every question has an answer. */
export function agreed({ accepted, question, answer }) {
  return String(accepted === true && [question, answer].every((one) => text(one).trim() !== ''));
}

/** Makes the user. An email address that is taken is found only now, as it is with IDM. */
export function createUser({ userName, password, mail, age, marketing }, { realm }) {
  if (realm.users.findByEmail(mail)) return { outcome: 'refused', failure: taken('mail') };
  const claims = { preferred_username: userName, email: mail, age, marketing };
  realm.users.create(userName, { password, claims });
  return { outcome: 'created', username: userName };
}

/** Gives the user `username` the new password. */
export function changePassword({ username, password }, { realm }) {
  realm.users.setPassword(username, password);
  return 'true';
}

function taken(property) {
  return {
    code: 403,
    message: 'Policy validation failed',
    detail: {
      failedPolicyRequirements: [
        { policyRequirements: [{ policyRequirement: 'UNIQUE' }], property },
      ],
      result: false,
    },
  };
}
