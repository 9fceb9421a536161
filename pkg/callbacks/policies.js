import { textOf } from './values.js';

export const PolicyKey = /* @__PURE__ */ Object.freeze({
  CannotContainCharacters: 'CANNOT_CONTAIN_CHARACTERS',
  CannotContainDuplicates: 'CANNOT_CONTAIN_DUPLICATES',
  CannotContainOthers: 'CANNOT_CONTAIN_OTHERS',
  LeastCapitalLetters: 'AT_LEAST_X_CAPITAL_LETTERS',
  LeastNumbers: 'AT_LEAST_X_NUMBERS',
  MatchRegexp: 'MATCH_REGEXP',
  MaximumLength: 'MAX_LENGTH',
  MaximumNumber: 'MAXIMUM_NUMBER_VALUE',
  MinimumLength: 'MIN_LENGTH',
  MinimumNumber: 'MINIMUM_NUMBER_VALUE',
  Required: 'REQUIRED',
  Unique: 'UNIQUE',
  UnknownPolicy: 'UNKNOWN_POLICY',
  ValidArrayItems: 'VALID_ARRAY_ITEMS',
  ValidDate: 'VALID_DATE',
  ValidEmailAddress: 'VALID_EMAIL_ADDRESS_FORMAT',
  ValidNameFormat: 'VALID_NAME_FORMAT',
  ValidNumber: 'VALID_NUMBER',
  ValidPhoneFormat: 'VALID_PHONE_FORMAT',
  ValidQueryFilter: 'VALID_QUERY_FILTER',
  ValidType: 'VALID_TYPE',
});

/**
 * A message with values of the server in it.
 *
 * @param {TemplateStringsArray} texts
 * @param {...unknown} values
 */
const say = (texts, ...values) => String.raw({ raw: texts }, ...values.map(textOf));

/** @param {number} count @param {string} noun */
const counted = (count, noun) => say`${count} ${noun}${count === 1 ? '' : 's'}`;

/** @typedef {(property: string, params: any) => string} Message */

/** @type {Message} */
const failsPolicy = (property, { policyRequirement }) =>
  say`${property} has failed the "${policyRequirement}" policy`;

/** @type {Record<string, Message>} */
const messages = {
  CANNOT_CONTAIN_CHARACTERS: (property, { forbiddenChars = '' }) =>
    say`${property} must not contain following characters: "${forbiddenChars}"`,
  CANNOT_CONTAIN_DUPLICATES: (property, { duplicateValue = '' }) =>
    say`${property} must not contain duplicates: "${duplicateValue}"`,
  CANNOT_CONTAIN_OTHERS: (property, { disallowedFields = '' }) =>
    say`${property} must not contain: "${disallowedFields}"`,
  AT_LEAST_X_CAPITAL_LETTERS: (property, { numCaps = 0 }) =>
    say`${property} must contain at least ${counted(numCaps, 'capital letter')}`,
  AT_LEAST_X_NUMBERS: (property, { numNums = 0 }) =>
    say`${property} must contain at least ${counted(numNums, 'numeric value')}`,
  MAX_LENGTH: (property, { maxLength = 0 }) =>
    say`${property} must be at most ${counted(maxLength, 'character')}`,
  MIN_LENGTH: (property, { minLength = 0 }) =>
    say`${property} must be at least ${counted(minLength, 'character')}`,
  REQUIRED: (property) => say`${property} is required`,
  UNIQUE: (property) => say`${property} must be unique`,
  VALID_DATE: (property) => say`${property} has an invalid date`,
  VALID_EMAIL_ADDRESS_FORMAT: (property) => say`${property} has an invalid email address`,
  VALID_NAME_FORMAT: (property) => say`${property} has an invalid name format`,
  VALID_NUMBER: (property) => say`${property} has an invalid number`,
  VALID_PHONE_FORMAT: (property) => say`${property} has an invalid phone number`,
  MATCH_REGEXP: failsPolicy,
  MAXIMUM_NUMBER_VALUE: failsPolicy,
  MINIMUM_NUMBER_VALUE: failsPolicy,
  VALID_ARRAY_ITEMS: failsPolicy,
  VALID_QUERY_FILTER: failsPolicy,
  VALID_TYPE: failsPolicy,
  UNKNOWN_POLICY: (property, { policyRequirement = 'Unknown' }) =>
    say`${property}: Unknown policy requirement "${policyRequirement}"`,
};

/** @type {typeof import('../policy.js').Policy} */
export const Policy = {
  parseErrors(failure, creator) {
    const failed = failure?.detail?.failedPolicyRequirements;
    return (Array.isArray(failed) ? failed : []).map((detail) => ({
      detail,
      messages: Policy.parseFailedPolicyRequirement(detail, creator),
    }));
  },

  parseFailedPolicyRequirement(failed, creator) {
    const { property, policyRequirements } = /** @type {any} */ (parsePolicy(failed));
    return (Array.isArray(policyRequirements) ? policyRequirements : []).map((policy) =>
      Policy.parsePolicyRequirement(property, policy, creator),
    );
  },

  parsePolicyRequirement(property, policy, creator = {}) {
    const { policyRequirement, params } = parsePolicy(policy);
    const message =
      own(creator, policyRequirement) ??
      own(messages, policyRequirement) ??
      messages.UNKNOWN_POLICY;
    return message(property, { ...params, policyRequirement });
  },
};

/** @param {Record<string, any>} table @param {string} name */
function own(table, name) {
  const key = textOf(name);
  return Object.hasOwn(table, key) ? table[key] : undefined;
}

/**
 * A policy is an object, the JSON text of one, or just a name.
 *
 * @param {any} policy
 * @returns {import('../index.js').PolicyRequirement}
 */
export function parsePolicy(policy) {
  let parsed = policy;
  if (typeof policy === 'string') {
    try {
      parsed = JSON.parse(policy);
    } catch {
      parsed = policy;
    }
  }
  return parsed && typeof parsed === 'object' ? parsed : { policyRequirement: parsed ?? policy };
}
