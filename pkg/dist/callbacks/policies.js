import { textOf as e } from './values.js';
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
const a = (a, ...t) => String.raw({ raw: a }, ...t.map(e)),
  t = (e, t) => a`${e} ${t}${1 === e ? '' : 's'}`,
  i = (e, { policyRequirement: t }) => a`${e} has failed the "${t}" policy`,
  n = {
    CANNOT_CONTAIN_CHARACTERS: (e, { forbiddenChars: t = '' }) =>
      a`${e} must not contain following characters: "${t}"`,
    CANNOT_CONTAIN_DUPLICATES: (e, { duplicateValue: t = '' }) =>
      a`${e} must not contain duplicates: "${t}"`,
    CANNOT_CONTAIN_OTHERS: (e, { disallowedFields: t = '' }) => a`${e} must not contain: "${t}"`,
    AT_LEAST_X_CAPITAL_LETTERS: (e, { numCaps: i = 0 }) =>
      a`${e} must contain at least ${t(i, 'capital letter')}`,
    AT_LEAST_X_NUMBERS: (e, { numNums: i = 0 }) =>
      a`${e} must contain at least ${t(i, 'numeric value')}`,
    MAX_LENGTH: (e, { maxLength: i = 0 }) => a`${e} must be at most ${t(i, 'character')}`,
    MIN_LENGTH: (e, { minLength: i = 0 }) => a`${e} must be at least ${t(i, 'character')}`,
    REQUIRED: (e) => a`${e} is required`,
    UNIQUE: (e) => a`${e} must be unique`,
    VALID_DATE: (e) => a`${e} has an invalid date`,
    VALID_EMAIL_ADDRESS_FORMAT: (e) => a`${e} has an invalid email address`,
    VALID_NAME_FORMAT: (e) => a`${e} has an invalid name format`,
    VALID_NUMBER: (e) => a`${e} has an invalid number`,
    VALID_PHONE_FORMAT: (e) => a`${e} has an invalid phone number`,
    MATCH_REGEXP: i,
    MAXIMUM_NUMBER_VALUE: i,
    MINIMUM_NUMBER_VALUE: i,
    VALID_ARRAY_ITEMS: i,
    VALID_QUERY_FILTER: i,
    VALID_TYPE: i,
    UNKNOWN_POLICY: (e, { policyRequirement: t = 'Unknown' }) =>
      a`${e}: Unknown policy requirement "${t}"`,
  };
export const Policy = {
  parseErrors(e, a) {
    const t = e?.detail?.failedPolicyRequirements;
    return (Array.isArray(t) ? t : []).map((e) => ({
      detail: e,
      messages: Policy.parseFailedPolicyRequirement(e, a),
    }));
  },
  parseFailedPolicyRequirement(e, a) {
    const { property: t, policyRequirements: i } = parsePolicy(e);
    return (Array.isArray(i) ? i : []).map((e) => Policy.parsePolicyRequirement(t, e, a));
  },
  parsePolicyRequirement(e, a, t = {}) {
    const { policyRequirement: i, params: A } = parsePolicy(a);
    return (r(t, i) ?? r(n, i) ?? n.UNKNOWN_POLICY)(e, { ...A, policyRequirement: i });
  },
};
function r(a, t) {
  const i = e(t);
  return Object.hasOwn(a, i) ? a[i] : void 0;
}
export function parsePolicy(e) {
  let a = e;
  if ('string' == typeof e)
    try {
      a = JSON.parse(e);
    } catch {
      a = e;
    }
  return a && 'object' == typeof a ? a : { policyRequirement: a ?? e };
}
