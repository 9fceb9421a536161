import { Policy } from '../policy.js';

/** The policies that are worth knowing before; the messages of others speak of an answer. */
const HINTS = /^(CANNOT_CONTAIN_(CHARACTERS|OTHERS)|AT_LEAST_.*|M(AX|IN)_LENGTH|UNIQUE)$/;

/**
 * What AM asks of an answer.
 *
 * @param {any} callback
 * @param {import('../form.js').FormMessages} messages
 * @returns {string[]}
 */
export function policyHints(callback, messages) {
  const policies = callback.getPolicies?.()?.policies;
  if (!Array.isArray(policies)) return [];
  return policies.flatMap(({ policyRequirements, params }) =>
    [policyRequirements ?? []]
      .flat()
      .filter((requirement) => HINTS.test(requirement) && params?.minLength !== 1)
      .map((policyRequirement) => sentence('', { policyRequirement, params }, messages)),
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
    const failed = callback.getFailedPolicies?.() ?? [];
    return failed.map((/** @type {any} */ policy) => sentence(label, policy, messages));
  } catch {
    return [messages.notAccepted];
  }
}

/**
 * @param {string} property
 * @param {any} policy
 * @param {import('../form.js').FormMessages} messages
 */
function sentence(property, policy, { policies }) {
  const text = Policy.parsePolicyRequirement(property, policy, policies).trim();
  return text.charAt(0).toUpperCase() + text.slice(1);
}
