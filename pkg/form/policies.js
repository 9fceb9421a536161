import { Policy } from '../policy.js';

/** The policies that are worth knowing before; the messages of others speak of an answer. */
const HINTS = new Set([
  'CANNOT_CONTAIN_CHARACTERS',
  'CANNOT_CONTAIN_OTHERS',
  'AT_LEAST_X_CAPITAL_LETTERS',
  'AT_LEAST_X_NUMBERS',
  'MAX_LENGTH',
  'MIN_LENGTH',
  'UNIQUE',
]);

/** @typedef {import('../index.js').PolicyRequirement} Requirement */

/**
 * What AM asks of an answer.
 *
 * @param {any} callback
 * @param {import('../form.js').FormMessages} messages
 * @returns {string[]}
 */
export function policyHints(callback, messages) {
  const { policies } = callback.getPolicies() ?? {};
  if (!Array.isArray(policies)) return [];
  return policies.flatMap(({ policyRequirements, params }) =>
    [policyRequirements ?? []]
      .flat()
      .filter((requirement) => HINTS.has(requirement) && params?.minLength !== 1)
      .map((policyRequirement) =>
        capitalised(sentence('', { policyRequirement, params }, messages)),
      ),
  );
}

/**
 * What was wrong with the answer before.
 *
 * @param {any} callback
 * @param {string} label
 * @param {import('../form.js').FormMessages} messages
 * @returns {string[]}
 */
export function policyErrors(callback, label, messages) {
  try {
    return callback
      .getFailedPolicies()
      .map((/** @type {Requirement} */ policy) => sentence(label, policy, messages));
  } catch {
    return [messages.notAccepted.replace('{label}', label)];
  }
}

/**
 * @param {string} property
 * @param {Requirement | string} policy
 * @param {import('../form.js').FormMessages} messages
 */
const sentence = (property, policy, { policies }) =>
  Policy.parsePolicyRequirement(property, policy, policies).trim();

/** @param {string} text */
const capitalised = (text) => text.charAt(0).toUpperCase() + text.slice(1);
